#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "store/sqlite/node.h"
#include "store/sqlite/unit.h"

namespace flow::sqlite {

/// How long a process owns its channels without renewing. One that is provably dead is not waited
/// for.
inline constexpr std::chrono::seconds kLease{5};

/// Another process, as it last said.
struct Member {
  std::int64_t id = 0;
  std::int64_t pid = 0;
  bool alive = false;
  Timestamp seen{};  ///< when it last renewed
  std::string program{}, contract{};
  /// The endpoints that it serves, and the newest version of their message that it reads.
  std::unordered_map<std::string, std::uint16_t> knows{};
  std::vector<std::string> retires{};

  /// 0: it does not serve the endpoint.
  std::uint16_t reads(const std::string& endpoint) const {
    const auto found = knows.find(endpoint);
    return found == knows.end() ? std::uint16_t{0} : found->second;
  }
};
/// Of all processes but `except`.
Result<std::vector<Member>> read_members(Database& database, std::int64_t except,
                                         const ProcessIdentity& self, const Now& now);
/// nullptr: nobody who is alive serves the endpoint, or reads so new a version.
const Member* who_reads(const std::vector<Member>& members, const std::string& endpoint,
                        std::uint16_t version = 1);
/// nullptr: nobody who is alive retires it.
const Member* who_retires(const std::vector<Member>& members, std::string_view endpoint);
/// "`shop`, process 123".
std::string name_of(const Member& member);

/// This process among those that are alive: what it says of itself, and whose turn it is with a
/// channel that two programs need because neither handles all that is in it. Its functions are
/// tasks of the writer, without `rewrites`, except wait_for().
class Membership {
 public:
  explicit Membership(const Topology& topology);

  const ProcessIdentity& self() const { return self_; }
  /// Begins or goes on to be alive, and says what it knows.
  Result<void> enter(Transaction& transaction, const Now& now);
  /// Is no more: what nobody else knows is unserved from now on.
  Result<void> leave(Transaction& transaction, const Now& now);
  /// Once a second. Sets `asked_for`: owned channels that another process waits for, and has waited
  /// for this one's turn to last a second.
  Result<void> renew(Transaction& transaction, const std::string& activity, const Now& now,
                     std::vector<ChannelNo>& asked_for);

  /// A runner would serve the channel, and another process does. From any thread.
  void wait_for(ChannelNo channel, SteadyTime now) {
    waited_[channel] = now.time_since_epoch().count();
  }
  /// False: the channel is free, and another process has waited longer for its turn.
  Result<bool> may_take(Transaction& transaction, const ChannelState& channel, const Now& now);
  /// The channel is this process's from now on.
  Result<void> took(Transaction& transaction, const ChannelState& channel, const Now& now);

 private:
  Result<void> bury_dead(Transaction& transaction, const std::vector<Member>& members);
  Result<void> ask(Transaction& transaction, const std::vector<Member>& members, const Now& now,
                   std::vector<ChannelNo>& asked_for);
  Result<bool> needs(Transaction& transaction, const ChannelState& channel, const Member& owner,
                     Timestamp now);
  std::string knows(const Catalog& catalog) const;

  const Topology& topology_;
  const ProcessIdentity self_;
  const std::string retires_;
  std::string said_;                               // of what it knows
  std::vector<std::atomic<std::int64_t>> waited_;  // by ChannelNo: when a runner last wanted it
  std::vector<SteadyTime> taken_;                  // by ChannelNo: when the turn began
};

}  // namespace flow::sqlite
