#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "lock/line_cursor.h"
#include "lock/text.h"
#include "model/names.h"

namespace flowc::lock {
namespace {

constexpr std::array kMessageKinds{model::MessageKind::event, model::MessageKind::command,
                                   model::MessageKind::query};

constexpr std::array kComponentKinds{
    model::ComponentKind::handlers,     model::ComponentKind::steps,
    model::ComponentKind::orchestrator, model::ComponentKind::saga,
    model::ComponentKind::forward,      model::ComponentKind::translator};

/// Reads blocks: a line at the left begins one, and the indented lines below it say more of it.
class LockReader {
 public:
  LockReader(std::string_view text, FileId file) : text_(text), file_(file) {}

  Result<Lock, ReadError> run() {
    std::size_t begin = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    for (std::uint32_t number = 1; begin < text_.size() && !error_; ++number) {
      const std::size_t newline = std::min(text_.find('\n', begin), text_.size());
      std::string_view line = text_.substr(begin, newline - begin);
      if (line.ends_with('\r')) line.remove_suffix(1);
      LineCursor cursor(line, file_, static_cast<std::uint32_t>(begin));
      if (number == 1) {
        header(cursor);
      } else if (!line.empty() && !line.starts_with("//")) {
        if (line.front() == ' ') {
          fact(cursor);
        } else {
          block(cursor);
        }
      }
      if (cursor.failed() && !error_) refuse(cursor, line);
      begin = newline + 1;
    }
    if (text_.empty()) error_ = ReadError{{file_, 0, 0}, "the file is empty", kRemake, false};
    if (error_) return std::move(*error_);
    std::sort(lock_.accepted.begin(), lock_.accepted.end());
    const auto again = std::unique(lock_.accepted.begin(), lock_.accepted.end());
    lock_.accepted.erase(again, lock_.accepted.end());
    return std::move(lock_);
  }

 private:
  static constexpr const char* kRemake =
      "take the file from version control again; `flowc lock` writes it";

  void refuse(const LineCursor& cursor, std::string_view line) {
    for (const std::string_view marker : {"<<<<<<<", "=======", ">>>>>>>", "|||||||"}) {
      if (!line.starts_with(marker)) continue;
      error_ = ReadError{cursor.span(), "a merge left its marks",
                         "keep the lines of both sides and remove the marks, then run `flowc lock`",
                         false};
      return;
    }
    error_ = ReadError{cursor.span(), cursor.problem(), kRemake, false};
  }

  void header(LineCursor& cursor) {
    const bool known = cursor.take_word("flow.lock");
    if (!known) {
      cursor.fail("the first line of a lock is `flow.lock 1`");
      return;
    }
    const std::uint32_t format = cursor.number("the number of its format");
    lock_.span = cursor.span();
    cursor.expect_end();
    if (cursor.failed() || format == kFormat) return;
    if (format > kFormat) {
      error_ = ReadError{cursor.span(), std::to_string(format), "update flowc", true};
    } else {
      cursor.fail("there is no format 0");
    }
  }

  /// Enters a name that may come once.
  template <class Map, class Key, class Value>
  auto* enter(LineCursor& cursor, Map& map, Key key, Value value) {
    const auto [at, fresh] = map.emplace(std::move(key), std::move(value));
    if (!fresh) cursor.fail("this is already said above");
    return &at->second;
  }

  void block(LineCursor& cursor) {
    current_ = {};
    if (cursor.take_word("main")) {
      if (!lock_.main.empty()) cursor.fail("this is already said above");
      lock_.main = cursor.word("the name of a file");
      lock_.main_span = cursor.span();
    } else if (cursor.take_word("enum")) {
      const std::string name = cursor.word("the name of an enum");
      current_.enumeration = enter(cursor, lock_.enums, name, Enum{{}, cursor.span()});
    } else if (cursor.take_word("record")) {
      const std::string name = cursor.word("the name of a record");
      current_.record = enter(cursor, lock_.records, name, Record{{}, cursor.span()});
    } else if (cursor.take_word("message")) {
      const std::string name = cursor.word("a wire name");
      Message message;
      message.name = name;
      message.span = cursor.span();
      const std::uint32_t version = cursor.version();
      current_.message = enter(cursor, lock_.messages, MessageKey{name, version}, message);
    } else if (cursor.take_word("endpoint")) {
      const std::string id = cursor.word("an endpoint id");
      Endpoint endpoint;
      endpoint.span = cursor.span();
      current_.endpoint = enter(cursor, lock_.endpoints, id, endpoint);
    } else if (cursor.take_word("slip")) {
      const std::string id = cursor.word("an endpoint id");
      Slip slip;
      slip.span = cursor.span();
      current_.slip = enter(cursor, lock_.slips, id, slip);
    } else if (cursor.take_word("saga")) {
      const std::string id = cursor.word("the id of a saga");
      Saga saga;
      saga.span = cursor.span();
      current_.saga = enter(cursor, lock_.sagas, id, saga);
    } else if (cursor.take_word("publisher")) {
      const std::string name = cursor.word("the name of a publisher");
      current_.publisher = enter(cursor, lock_.publishers, name, Publisher{{}, cursor.span()});
    } else if (cursor.take_word("retired")) {
      const std::string id = cursor.word("an endpoint id");
      enter(cursor, lock_.retired, id, cursor.span());
    } else if (cursor.take_word("accepted")) {
      const std::string rule = cursor.word("a rule");
      lock_.accepted.push_back({rule, cursor.word("what it is about"), {}});
      current_.accepted = true;
    } else {
      cursor.fail("this begins nothing that flow.lock has");
    }
    cursor.expect_end();
  }

  void fact(LineCursor& cursor) {
    if (cursor.at_end()) return;
    bool known = false;
    if (current_.enumeration != nullptr) known = enum_fact(cursor, *current_.enumeration);
    if (current_.record != nullptr) known = field(cursor, current_.record->fields);
    if (current_.message != nullptr) known = message_fact(cursor, *current_.message);
    if (current_.endpoint != nullptr) known = endpoint_fact(cursor, *current_.endpoint);
    if (current_.slip != nullptr) known = slip_fact(cursor, *current_.slip);
    if (current_.saga != nullptr) known = saga_fact(cursor, *current_.saga);
    if (current_.publisher != nullptr && cursor.take_word("topic")) {
      current_.publisher->topic = cursor.string("a topic");
      known = true;
    }
    if (current_.accepted && cursor.take_word("because")) {
      lock_.accepted.back().reason = cursor.string("a reason");
      known = true;
    }
    if (!known) cursor.fail("flow.lock does not say this here");
    cursor.expect_end();
  }

  bool enum_fact(LineCursor& cursor, Enum& enumeration) {
    if (!cursor.take_word("value")) return false;
    const std::string name = cursor.word("the name of a value");
    enter(cursor, enumeration.values, name, cursor.span());
    return true;
  }

  bool field(LineCursor& cursor, Fields& fields) {
    if (!cursor.take_word("field")) return false;
    const std::string wire_name = cursor.word("the wire name of a field");
    Field made;
    made.name = wire_name;
    made.span = cursor.span();
    cursor.expect(":");
    made.type = cursor.type();
    if (cursor.take("=")) made.default_value = cursor.literal();
    made.personal = cursor.take_word("personal");
    made.secret = cursor.take_word("secret");
    if (cursor.take_word("as")) made.name = cursor.word("the name of a field");
    if (!cursor.failed()) enter(cursor, fields, wire_name, std::move(made));
    return true;
  }

  template <class Kind, std::size_t size>
  std::optional<Kind> kind(LineCursor& cursor, const std::array<Kind, size>& kinds) {
    for (const Kind one : kinds)
      if (cursor.take_word(model::to_string(one))) return one;
    return std::nullopt;
  }

  bool message_fact(LineCursor& cursor, Message& message) {
    if (cursor.take_word("kind")) {
      if (const auto found = kind(cursor, kMessageKinds)) {
        message.kind = *found;
      } else {
        cursor.fail("expected `event`, `command` or `query`");
      }
    } else if (cursor.take_word("name")) {
      message.name = cursor.word("the name of a message");
    } else if (cursor.take_word("public")) {
      message.is_public = true;
    } else if (cursor.take_word("key")) {
      message.key = cursor.word("the wire name of a field");
    } else if (cursor.take_word("answer")) {
      message.answer = cursor.type();
    } else if (cursor.take_word("expires")) {
      message.expires_us = cursor.duration();
    } else if (cursor.take_word("hops")) {
      message.hops = cursor.number("a number");
    } else if (cursor.take_word("upcast")) {
      message.upcasts.push_back(cursor.version());
    } else {
      return field(cursor, message.fields);
    }
    return true;
  }

  Payload payload(LineCursor& cursor) {
    if (cursor.take_word("nothing")) return {};
    if (cursor.take_word("message"))
      return {Payload::Kind::message, cursor.word("the wire name of a message")};
    if (cursor.take_word("record"))
      return {Payload::Kind::record, cursor.word("the name of a record")};
    cursor.fail("expected `message`, `record` or `nothing`");
    return {};
  }

  bool endpoint_fact(LineCursor& cursor, Endpoint& endpoint) {
    if (cursor.take_word("service")) {
      endpoint.service = cursor.word("the name of a service");
    } else if (cursor.take_word("takes")) {
      endpoint.takes = payload(cursor);
    } else if (cursor.take_word("gives")) {
      endpoint.gives = payload(cursor);
    } else if (cursor.take_word("ordered")) {
      endpoint.ordered = true;
    } else if (cursor.take_word("was")) {
      endpoint.old_ids.push_back(cursor.word("an endpoint id"));
    } else if (const auto found = kind(cursor, kComponentKinds)) {
      endpoint.kind = *found;
      endpoint.handler = cursor.word("the name of a handler");
    } else {
      return false;
    }
    return true;
  }

  bool slip_fact(LineCursor& cursor, Slip& slip) {
    if (cursor.take_word("chooses")) {
      slip.chooses = true;
    } else if (cursor.take_word("within")) {
      slip.within_us = cursor.duration();
    } else if (cursor.take_word("step")) {
      SlipStep step{cursor.word("the endpoint id of a step"), {}};
      if (cursor.take_word("if")) step.condition = cursor.string("a condition");
      slip.steps.push_back(std::move(step));
    } else {
      return false;
    }
    return true;
  }

  bool saga_fact(LineCursor& cursor, Saga& saga) {
    const bool final = cursor.take_word("final");
    if (final || cursor.take_word("state")) {
      const std::string name = cursor.word("the name of a state");
      State state{final, {}, cursor.span()};
      while (cursor.take_word("after")) state.timers_us.push_back(cursor.duration());
      enter(cursor, saga.states, name, std::move(state));
    } else if (cursor.take_word("name")) {
      saga.name = cursor.word("the name of a saga");
    } else if (cursor.take_word("key")) {
      saga.key = cursor.type();
    } else if (cursor.take_word("within")) {
      saga.within_us = cursor.duration();
    } else {
      return field(cursor, saga.data);
    }
    return true;
  }

  /// The block whose facts are read: one of these, or none.
  struct Current {
    Enum* enumeration = nullptr;
    Record* record = nullptr;
    Message* message = nullptr;
    Endpoint* endpoint = nullptr;
    Slip* slip = nullptr;
    Saga* saga = nullptr;
    Publisher* publisher = nullptr;
    bool accepted = false;
  };

  std::string_view text_;
  FileId file_;
  Lock lock_;
  Current current_;
  std::optional<ReadError> error_;
};

}  // namespace

Result<Lock, ReadError> read_lock(std::string_view text, FileId file) {
  return LockReader(text, file).run();
}

}  // namespace flowc::lock
