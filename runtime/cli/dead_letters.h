#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "engine/store.h"
#include "flow/topology.h"
#include "cli/command.h"

namespace flow::detail {

/// Which dead letters.
struct DeadLetterOptions {
  void declare(Options& options);
  /// A choice that nothing can match.
  Result<void> check() const;
  /// Something narrows the choice.
  bool filtered() const {
    return !ids.empty() || !endpoint.empty() || !channel.empty() || !key.empty() ||
           !reason.empty() || since || until || limit;
  }

  std::vector<std::int64_t> ids;
  std::string endpoint, channel, key, reason;
  std::optional<Timestamp> since, until;
  std::optional<std::uint64_t> limit;
  bool all = false;
};

class ListDeadLetters final : public Command {
 public:
  void declare(Options& options) override;
  Result<void> check() override;
  Result<int> run(CommandContext& context) override;

  DeadLetterOptions choice;
};

class ShowDeadLetter final : public Command {
 public:
  void declare(Options& options) override;
  Result<int> run(CommandContext& context) override;

  std::int64_t id = 0;
  bool payload = false;
};

class ReplayDeadLetters final : public Command {
 public:
  void declare(Options& options) override;
  Result<void> check() override;
  Result<int> run(CommandContext& context) override;

  DeadLetterOptions choice;
  std::optional<double> rate_per_s;  ///< nothing: as fast as it goes
};

class DiscardDeadLetters final : public Command {
 public:
  void declare(Options& options) override;
  Result<void> check() override;
  Result<int> run(CommandContext& context) override;

  DeadLetterOptions choice;
};

/// Dead letters for people and for programs. Header values with secret-sounding names are replaced
/// by `***`; payloads are shown only where `payload` asks for them.
std::string dead_letters_table(std::span<const DeadLetter> letters, const Topology& topology,
                               Timestamp now);
std::string dead_letters_json(std::span<const DeadLetter> letters, std::uint64_t total);
std::string dead_letter_text(const DeadLetter& letter, bool payload, const Topology& topology,
                             Timestamp now);
std::string dead_letter_json(const DeadLetter& letter, bool payload);

}  // namespace flow::detail
