#include "cli/message_input.h"

#include "flow/limits.h"
#include "cli/text.h"
#include "host/deployment.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>
#include <vector>

namespace flow::detail {

namespace {

Error rejected(std::string code, std::string text) {
  return Error{Category::rejected, std::move(code), std::move(text)};
}

Error too_large(std::string_view what) {
  return rejected(
      "too_large",
      fmt::format("{} is larger than 16 MiB, the limit for a message's payload: send what "
                  "is large by reference",
                  what));
}

// Reads at most one byte more than allowed, whatever is offered.
template <typename Read>
Result<std::string> read_bounded(std::string_view what, Read read) {
  std::string out;
  std::array<char, 65536> buffer{};
  while (true) {
    const Result<std::size_t> count = read(buffer.data(), buffer.size());
    if (!count) return count.error();
    if (count.value() == 0) return out;
    if (out.size() + count.value() > limits::kPayloadBytesMax) return too_large(what);
    out.append(buffer.data(), count.value());
  }
}

Result<std::string> read_file(const std::string& path) {
  const auto failed = [&] {
    return rejected("file_read", fmt::format("cannot read `{}`: {}", path,
                                             std::generic_category().message(errno)));
  };
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return failed();
  struct Close {
    int descriptor;
    ~Close() { ::close(descriptor); }
  } const closing{file};
  struct stat status {};
  if (::fstat(file, &status) != 0) return failed();
  const std::string what = fmt::format("`{}`", path);
  if (S_ISREG(status.st_mode) && status.st_size > static_cast<off_t>(limits::kPayloadBytesMax))
    return too_large(what);
  return read_bounded(what, [&](char* to, std::size_t size) -> Result<std::size_t> {
    while (true) {
      const ssize_t count = ::read(file, to, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) return failed();
    }
  });
}

Result<MessageNo> find_type(const Topology& topology, const std::string& name) {
  if (const int exact = topology.find_message(name); exact >= 0)
    return static_cast<MessageNo>(exact);
  std::vector<std::string> matching;
  std::vector<std::string> all;
  MessageNo found = 0;
  for (std::size_t i = 0; i < topology.messages.size(); ++i) {
    const std::string_view wire = topology.messages[i].wire_name;
    all.emplace_back(wire);
    const bool last_part = wire.size() > name.size() && wire.ends_with(name) &&
                           wire[wire.size() - name.size() - 1] == '.';
    if (!last_part || name.empty()) continue;
    matching.emplace_back(wire);
    found = static_cast<MessageNo>(i);
  }
  if (matching.size() == 1) return found;
  if (matching.size() > 1) {
    return rejected("ambiguous_type",
                    fmt::format("`{}` is the last part of several messages: say which of {}", name,
                                fmt::join(matching, ", ")));
  }
  std::string text = fmt::format("there is no message `{}`", name);
  const std::string guess = did_you_mean(name, all);
  return rejected("unknown_type", text + (guess.empty() ? "; `topology` lists them" : guess));
}

Result<void> check_kind(const MessageType& type, MessageKind wanted) {
  if (type.kind == wanted) return {};
  std::string_view verb = "publish";
  if (type.kind == MessageKind::command) verb = "send";
  if (type.kind == MessageKind::query) verb = "ask";
  return rejected("wrong_kind", fmt::format("`{}` is {} {}: use `{}`", type.wire_name,
                                            type.kind == MessageKind::event ? "an" : "a",
                                            kind_name(type.kind), verb));
}

}  // namespace

Result<std::string> read_payload(const std::string& argument, Console& console) {
  if (argument == "-") {
    return read_bounded("standard input",
                        [&](char* to, std::size_t size) { return console.read(to, size); });
  }
  if (argument.starts_with('@')) return read_file(argument.substr(1));
  if (argument.size() > limits::kPayloadBytesMax) return too_large("the payload");
  return argument;
}

Result<std::optional<std::string>> inspect_payload(const MessageType& type,
                                                   const std::string& payload) {
  if (type.inspect != nullptr) {
    Result<std::optional<std::string>> key = type.inspect(payload);
    if (key) return key;
    Error error = key.error();
    error.text = fmt::format("the payload is no `{}`: {}", type.wire_name, error.text);
    return error;
  }
  if (type.has_key) {  // a wrong key would break order by key, silently
    return rejected("unchecked_type",
                    fmt::format("`{}` has a key, and this program cannot read it from a payload: "
                                "generate its code again with this version",
                                type.wire_name));
  }
  if (!nlohmann::json::accept(payload)) {
    return Error{Category::poison, "undecodable",
                 fmt::format("the payload is no `{}`: it is not JSON", type.wire_name)};
  }
  return std::optional<std::string>{};
}

Result<MessageNo> find_message(const Topology& topology, const std::string& name,
                               MessageKind kind) {
  Result<MessageNo> number = find_type(topology, name);
  if (!number) return number;
  if (auto allowed = check_kind(topology.messages[*number], kind); !allowed) return allowed.error();
  return number;
}

Result<void> refuse_memory(const CommandContext& context, std::string_view why) {
  auto deployment = find_deployment(context.topology(), context.line.deployment);
  if (!deployment) return deployment.error();
  if ((*deployment)->store_kind != StoreKind::memory) return {};
  return rejected(
      "store_in_memory",
      fmt::format("deployment `{}` keeps its messages in the memory of the process that "
                  "runs it: {}",
                  (*deployment)->name, why));
}

}  // namespace flow::detail
