#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "flow/message.h"
#include "flow/result.h"
#include "flow/time.h"
#include "cli/command.h"

namespace CLI {
class App;
}

namespace flow::detail {

/// How a verb says what it takes. What is given twice, is empty or cannot be read is wrong usage
/// that names its flag; a reference that is given here is written after parsing, and must live as
/// long as the verb.
class Options {
 public:
  explicit Options(CLI::App& app) : app_(app) {}

  void flag(const std::string& name, bool& to, const std::string& help);
  void text(const std::string& name, std::string& to, const std::string& type,
            const std::string& help);
  /// Not refused when empty: what it names says what is wrong.
  void argument(const std::string& name, std::string& to, const std::string& help);
  void duration(const std::string& name, std::optional<microseconds>& to, const std::string& help);
  /// An instant, or how long before now.
  void time(const std::string& name, std::optional<Timestamp>& to, const std::string& help);
  void rate(const std::string& name, std::optional<double>& to, const std::string& help);
  /// A whole number from 1.
  void count(const std::string& name, std::optional<std::uint64_t>& to, const std::string& help);
  /// The numbers of things in the store, from 1; may be repeated.
  void numbers(const std::string& name, std::vector<std::int64_t>& to, const std::string& help);
  void number_argument(const std::string& name, std::int64_t& to, const std::string& help);
  void id(const std::string& name, std::optional<Uuid>& to, const std::string& help);
  void headers(const std::string& name, Headers& to, const std::string& help);
  void footer(const std::string& text);

  /// Reads what was given; the first thing that is wrong.
  Result<void> read(Timestamp now) const;

 private:
  using Values = std::vector<std::string>;
  using Reader = std::function<Result<void>(const Values& values, Timestamp now)>;
  void add(const std::string& name, const std::string& type, const std::string& help, bool repeats,
           Reader reader);
  template <typename T, typename Parse>
  void add_one(const std::string& name, const std::string& type, const std::string& help, T& to,
               Parse parse);

  struct Declared {
    std::string name;
    bool repeats = false;
    Values values;
    Reader reader;
  };
  CLI::App& app_;
  std::vector<std::unique_ptr<Declared>> declared_;  // CLI11 keeps references into them
};

/// What is said of an option whose value is empty.
std::string is_empty(const std::string& name);

/// A command line, understood.
struct Parsed {
  CommonOptions common;
  std::string verb;  ///< `dead-letters list`
  std::unique_ptr<Command> command;
};

/// Help or a version was asked for: text for standard output, and nothing else to do.
struct Said {
  std::string text;
};

/// Understands `argv`. Errors are wrong usage (code `usage`) and end with what to do. `now` is what
/// `--since 2h` counts from; `service` and `version` are for help texts.
std::variant<Parsed, Said, Error> parse_command_line(std::string_view service,
                                                     std::string_view version,
                                                     std::span<const std::string> argv,
                                                     Timestamp now);

}  // namespace flow::detail
