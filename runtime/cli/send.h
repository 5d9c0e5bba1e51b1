#pragma once

#include <optional>
#include <string>

#include "flow/message.h"
#include "flow/topology.h"
#include "cli/command.h"

namespace flow::detail {

/// `send` and `publish`: a command or an event from outside.
class Send final : public Command {
 public:
  explicit Send(MessageKind kind) : kind_(kind) {}
  void declare(Options& options) override;
  Result<void> check() override;
  Result<int> run(CommandContext& context) override;

  std::string type;
  std::string payload;  ///< JSON, `-` or `@FILE`
  std::optional<microseconds> delay, expires_in;
  std::optional<Uuid> id;
  Headers headers;

 private:
  Result<void> check_expiry(const MessageType& type) const;
  MessageKind kind_;
};

}  // namespace flow::detail
