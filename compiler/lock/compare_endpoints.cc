#include <map>
#include <string>

#include "lock/comparison.h"
#include "model/names.h"

namespace flowc::lock {
namespace {

std::string payload_text(const Payload& payload) {
  return payload.kind == Payload::Kind::nothing ? "nothing" : in_ticks(payload.name);
}

class EndpointsComparison {
 public:
  explicit EndpointsComparison(Comparison& comparison) : comparison_(comparison) {
    for (const Entry& entry : after().endpoints) {
      handlers_.emplace(entry.second.handler, &entry);
      for (const std::string& old : entry.second.old_ids) takes_over_.emplace(old, &entry.second);
    }
  }

  void run() {
    for (const auto& [id, endpoint] : before().endpoints) {
      if (const Endpoint* now = successor(id)) {
        both(id, endpoint, *now);
      } else if (!after().retired.contains(id) && !is_said(id, endpoint)) {
        gone(id, endpoint, id);
      }
      for (const std::string& old : endpoint.old_ids)
        if (successor(old) == nullptr && !after().retired.contains(old) && !is_said(id, endpoint))
          gone(id, endpoint, old);
    }
    for (const auto& [id, endpoint] : after().endpoints) {
      const auto retired = before().retired.find(id);
      if (retired == before().retired.end() || before().endpoints.contains(id)) continue;
      Change& change = add(RuleId::retired_again, id, endpoint);
      change.then = retired->second;
      change.now = endpoint.span;
      change.meaning = "its late deliveries would reach " + in_ticks(endpoint.handler);
      change.help = "give it another id";
    }
  }

 private:
  using Entry = std::pair<const std::string, Endpoint>;

  const Lock& before() const { return comparison_.before; }
  const Lock& after() const { return comparison_.after; }

  const Endpoint* successor(const std::string& id) const {
    if (const auto found = after().endpoints.find(id); found != after().endpoints.end())
      return &found->second;
    const auto found = takes_over_.find(id);
    return found == takes_over_.end() ? nullptr : found->second;
  }

  Change& add(RuleId rule, const std::string& id, const Endpoint& endpoint) {
    Change& change = comparison_.changes.emplace_back();
    change.rule = rule;
    change.subject = change.shown = id;
    change.endpoints = {id};
    change.then = endpoint.span;
    change.now = after().span;
    return change;
  }

  /// Whether the removal of its message or its saga says it already, or nothing is in flight for
  /// it.
  bool is_said(const std::string& id, const Endpoint& endpoint) const {
    if (endpoint.takes.kind == Payload::Kind::nothing) return true;
    if (endpoint.kind == model::ComponentKind::saga) {
      const auto saga = before().sagas.find(id.substr(0, id.rfind('.')));
      if (saga != before().sagas.end() && !comparison_.renamed_sagas.contains(saga->first))
        return true;
    }
    if (endpoint.takes.kind != Payload::Kind::message) return false;
    const auto renamed = comparison_.renamed_wires.find(endpoint.takes.name);
    const std::string& name =
        renamed == comparison_.renamed_wires.end() ? endpoint.takes.name : renamed->second;
    const auto message = after().messages.lower_bound({name, 0});
    return message == after().messages.end() || message->first.wire_name != name;
  }

  void gone(const std::string& id, const Endpoint& endpoint, const std::string& gone_id) {
    const bool step = endpoint.kind == model::ComponentKind::steps;
    Change& change = add(step ? RuleId::step_removed : RuleId::endpoint_removed, gone_id, endpoint);
    change.endpoints = {id};
    change.meaning = step ? "slips in flight go through it" : "deliveries in flight carry its id";
    change.new_reads_old = true;
    const auto moved = handlers_.find(endpoint.handler);
    if (moved != handlers_.end() && !before().endpoints.contains(moved->second->first)) {
      const std::string& now = moved->second->first;
      change.now = moved->second->second.span;
      change.here = "has the id " + in_ticks(now) + " now";
      change.help = "`at \"" + now + "\" was \"" + gone_id + "\"` takes what is in flight";
    } else {
      change.help = "`retired \"" + gone_id + "\"` dead-letters what is in flight, `was` takes it";
    }
  }

  bool same_payload(const Payload& old, const Payload& now) const {
    if (old == now) return true;
    const auto renamed = comparison_.renamed_wires.find(old.name);
    return old.kind == Payload::Kind::message && now.kind == Payload::Kind::message &&
           renamed != comparison_.renamed_wires.end() && renamed->second == now.name;
  }

  void payload(RuleId rule, const std::string& id, const Endpoint& old, const Endpoint& now,
               const Payload& old_payload, const Payload& new_payload, const char* verb) {
    if (same_payload(old_payload, new_payload)) return;
    const bool records =
        old_payload.kind == Payload::Kind::record && new_payload.kind == Payload::Kind::record;
    bool new_reads = false;
    bool old_reads = false;
    std::string besides;
    if (records) {
      const TypeChange types(comparison_, {Type::Kind::named, old_payload.name, nullptr},
                             {Type::Kind::named, new_payload.name, nullptr});
      new_reads = types.new_reads.readable;
      old_reads = types.old_reads.readable;
      if (types.lost() != kNoLoss) {
        besides = lost_text(types.lost());
        Change& change = add(RuleId::values_lost, id, old);
        change.now = now.span;
        change.meaning =
            payload_text(old_payload) + " to " + payload_text(new_payload) + ", and " + besides;
        change.new_loses_old = types.new_reads.lost != kNoLoss;
        change.old_loses_new = types.old_reads.lost != kNoLoss;
      }
    }
    if (new_reads && old_reads) return;
    Change& change = add(rule, id, old);
    change.now = now.span;
    change.meaning = verb + payload_text(old_payload) + " to " + payload_text(new_payload);
    change.new_reads_old = !new_reads;
    change.old_reads_new = !old_reads;
    change.besides = besides;
    change.help = "give the new one an id of its own, and retire this one";
  }

  void both(const std::string& id, const Endpoint& old, const Endpoint& now) {
    if (old.kind != now.kind) {
      Change& change = add(RuleId::endpoint_kind_changed, id, old);
      change.now = now.span;
      change.meaning =
          in_ticks(model::to_string(old.kind)) + " to " + in_ticks(model::to_string(now.kind));
      change.new_reads_old = change.old_reads_new = true;
      change.help = "give the new one an id of its own, and retire this one";
      return;
    }
    if (old.kind == model::ComponentKind::steps) {
      payload(RuleId::step_types_changed, id, old, now, old.takes, now.takes,
              "takes changed from ");
      if (old.gives && now.gives)
        payload(RuleId::step_types_changed, id, old, now, *old.gives, *now.gives,
                "gives changed from ");
    } else {
      payload(RuleId::endpoint_message_changed, id, old, now, old.takes, now.takes, "");
    }
    if (old.ordered && !now.ordered) {
      Change& change = add(RuleId::ordering_lost, id, old);
      change.now = now.span;
      change.meaning = "its messages overtake each other";
      change.help = "keep its channel `ordered by key`";
    }
    if (old.service != now.service && !old.service.empty()) {
      Change& change = add(RuleId::endpoint_moved, id, old);
      change.now = now.span;
      change.meaning = in_ticks(old.service) + " to " +
                       (now.service.empty() ? "no service" : in_ticks(now.service));
    }
  }

  Comparison& comparison_;
  std::map<std::string, const Entry*> handlers_;       // new ones, by what people call them
  std::map<std::string, const Endpoint*> takes_over_;  // new ones, by the old ids they take
};

}  // namespace

void compare_endpoints(Comparison& comparison) {
  EndpointsComparison(comparison).run();
}

}  // namespace flowc::lock
