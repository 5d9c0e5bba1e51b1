#include <algorithm>
#include <set>

#include "lock/comparison.h"
#include "model/names.h"

namespace flowc::lock {
namespace {

std::string expiry_text(const Message& message) {
  if (!message.expires_us) return "no limit";
  return in_ticks(model::duration_text(*message.expires_us));
}

class MessagesComparison {
 public:
  explicit MessagesComparison(Comparison& comparison) : comparison_(comparison) {}

  void run() {
    for (const auto& [key, message] : before().messages) {
      if (const auto found = after().messages.find(key); found != after().messages.end()) {
        both(key, message, found->second);
      } else if (const auto* renamed = renamed_of(key, message)) {
        comparison_.renamed_wires[key.wire_name] = renamed->first.wire_name;
        wire_name_changed(key, message, *renamed);
        both(key, message, renamed->second);
      } else {
        gone(key, message);
      }
    }
    for (const auto& [key, message] : after().messages) new_version(key, message);
  }

 private:
  const Lock& before() const { return comparison_.before; }
  const Lock& after() const { return comparison_.after; }

  using Entry = std::pair<const MessageKey, Message>;

  static const Entry* newest(const Lock& lock, const std::string& wire_name) {
    const Entry* found = nullptr;
    for (auto at = lock.messages.lower_bound({wire_name, 0});
         at != lock.messages.end() && at->first.wire_name == wire_name; ++at)
      found = &*at;
    return found;
  }

  Change& add(RuleId rule, const MessageKey& key, const Message& message) {
    Change& change = comparison_.changes.emplace_back();
    change.rule = rule;
    change.subject = message.name;
    change.shown = last_name(message.name);
    change.endpoints = comparison_.before_index.takers(key.wire_name);
    change.then = message.span;
    change.then_text = "locked in version " + std::to_string(key.version);
    return change;
  }

  /// The same declaration under another wire name.
  const Entry* renamed_of(const MessageKey& key, const Message& message) {
    if (names_.empty())
      for (const Entry& entry : after().messages) names_.emplace(name_of(entry), &entry);
    const auto found = names_.find({message.name, key.version});
    if (found == names_.end() || newest(before(), found->second->first.wire_name) != nullptr)
      return nullptr;
    return found->second;
  }

  static std::pair<std::string, std::uint32_t> name_of(const Entry& entry) {
    return {entry.second.name, entry.first.version};
  }

  void wire_name_changed(const MessageKey& key, const Message& message, const Entry& renamed) {
    Change& change = add(RuleId::wire_name_changed, key, message);
    change.meaning = in_ticks(key.wire_name) + " to " + in_ticks(renamed.first.wire_name);
    change.now = renamed.second.span;
    change.new_reads_old = change.old_reads_new = message.kind != model::MessageKind::query;
    change.help = key.wire_name == message.name ? "remove its `@wire`"
                                                : "keep `@wire(\"" + key.wire_name + "\")`";
  }

  void gone(const MessageKey& key, const Message& message) {
    const bool in_flight = message.kind != model::MessageKind::query;
    if (const Entry* other = newest(after(), key.wire_name)) {
      Change& change = add(RuleId::version_removed, key, message);
      change.member = "v" + std::to_string(key.version);
      change.shown += " " + change.member;
      change.meaning = "its messages in flight";
      change.now = other->second.span;
      change.new_reads_old = in_flight;
      change.help = "keep the version: a message of it may be read at any time";
      return;
    }
    Change& change = add(RuleId::message_removed, key, message);
    if (newest(before(), key.wire_name)->first.version != 1) {
      change.member = "v" + std::to_string(key.version);
      change.shown += " " + change.member;
    }
    change.now = module_of(after(), message.name);
    change.here = "its module";
    change.meaning = consumers(change.endpoints.size(), "who reads it elsewhere");
    change.new_reads_old = in_flight && !change.endpoints.empty();
    if (const Entry* twin = twin_of(message)) {
      change.help = std::string("if it is called `") + last_name(twin->second.name) + "` now, `" +
                    model::to_string(message.kind) + " " + last_name(twin->second.name) +
                    " @wire(\"" + key.wire_name + "\")` keeps its wire name";
    } else {
      change.help = "keep the message until nothing of it is in flight";
    }
  }

  /// The one new message that looks like it.
  const Entry* twin_of(const Message& message) const {
    const Entry* twin = nullptr;
    for (const Entry& entry : after().messages) {
      const Message& other = entry.second;
      const bool alike =
          other.kind == message.kind && other.fields.size() == message.fields.size() &&
          std::equal(other.fields.begin(), other.fields.end(), message.fields.begin(),
                     [](const auto& a, const auto& b) {
                       return a.first == b.first && same(a.second.type, b.second.type);
                     });
      if (!alike || newest(before(), entry.first.wire_name) != nullptr) continue;
      if (twin != nullptr) return nullptr;
      twin = &entry;
    }
    return twin;
  }

  Change& changed(RuleId rule, const MessageKey& key, const Message& old, const Message& now) {
    Change& change = add(rule, key, old);
    change.now = now.span;
    return change;
  }

  void both(const MessageKey& key, const Message& old, const Message& now) {
    const bool travels = old.kind != model::MessageKind::query;
    if (old.kind != now.kind) {
      Change& change = changed(RuleId::message_kind_changed, key, old, now);
      change.meaning =
          in_ticks(model::to_string(old.kind)) + " to " + in_ticks(model::to_string(now.kind));
      change.new_reads_old = change.old_reads_new = true;
      change.help = "declare a new message";
    }
    if (old.is_public && !now.is_public) {
      Change& change = changed(RuleId::public_withdrawn, key, old, now);
      change.meaning = "other modules may use it";
      change.help = "keep it `public`";
    }
    if (old.key != now.key) {
      const auto text = [](const std::string& name) {
        return name.empty() ? "none" : in_ticks(name);
      };
      changed(RuleId::key_changed, key, old, now).meaning = text(old.key) + " to " + text(now.key);
    }
    if (old.answer && now.answer && !same(*old.answer, *now.answer)) {
      changed(RuleId::query_answer_changed, key, old, now).meaning =
          in_ticks(to_text(*old.answer)) + " to " + in_ticks(to_text(*now.answer));
    }
    if (old.expires_us != now.expires_us) {
      changed(RuleId::expiry_changed, key, old, now).meaning =
          expiry_text(old) + " to " + expiry_text(now);
    }
    upcasts(key, old, now);
    Holder holder{old.name,
                  last_name(old.name),
                  travels ? "a message in flight" : "an older caller",
                  travels,
                  comparison_.before_index.takers(key.wire_name),
                  now.span};
    const std::size_t first = comparison_.changes.size();
    compare_fields(comparison_, holder, old.fields, now.fields);
    for (std::size_t i = first; i < comparison_.changes.size(); ++i)
      comparison_.changes[i].then_text = "locked in version " + std::to_string(key.version);
  }

  bool reaches_newest(const Lock& lock, const MessageKey& from) const {
    const Entry* const last = newest(lock, from.wire_name);
    std::set<std::uint32_t> seen{from.version};
    std::vector<std::uint32_t> next{from.version};
    while (!next.empty()) {
      const std::uint32_t version = next.back();
      next.pop_back();
      if (last->first.version == version) return true;
      const auto found = lock.messages.find({from.wire_name, version});
      if (found == lock.messages.end()) continue;
      for (const std::uint32_t target : found->second.upcasts)
        if (seen.insert(target).second) next.push_back(target);
    }
    return false;
  }

  void upcasts(const MessageKey& key, const Message& old, const Message& now) {
    if (!after().messages.contains(key)) return;  // under another wire name: said already
    if (!reaches_newest(before(), key) || reaches_newest(after(), key)) return;
    Change& change = changed(RuleId::upcast_removed, key, old, now);
    change.member = "v" + std::to_string(key.version);
    change.shown += " " + change.member;
    change.meaning = "the newest version";
    change.new_reads_old = true;
  }

  void new_version(const MessageKey& key, const Message& message) {
    const Entry* const last = newest(before(), key.wire_name);
    if (last == nullptr || last->first.version >= key.version) return;
    Change& change = changed(RuleId::version_added, key, last->second, message);
    change.member = "v" + std::to_string(key.version);
    change.shown += " " + change.member;
    change.meaning = consumers(change.endpoints.size(), "an older reader") +
                     " of the old program cannot read it";
    change.old_reads_new = !change.endpoints.empty();
  }

  Comparison& comparison_;
  std::map<std::pair<std::string, std::uint32_t>, const Entry*> names_;
};

void compare_enums(Comparison& comparison) {
  for (const auto& [name, old] : comparison.before.enums) {
    const auto found = comparison.after.enums.find(name);
    if (found == comparison.after.enums.end()) continue;  // fields that held it have another type
    const Enum& now = found->second;
    const Carriers carriers = comparison.before_index.carriers(name);
    const auto add = [&, &name = name](RuleId rule, const std::string& value) -> Change& {
      Change& change = comparison.changes.emplace_back();
      change.rule = rule;
      change.subject = name;
      change.member = value;
      change.shown = last_name(name) + "." + value;
      change.endpoints = comparison.before_index.endpoints(carriers);
      return change;
    };
    for (const auto& [value, span] : old.values) {
      if (now.values.contains(value)) continue;
      Change& change = add(RuleId::enum_value_removed, value);
      change.now = now.span;
      change.then = span;
      // What the new program has no field for, it does not read.
      const bool still_read = comparison.after_index.carriers(name).travels;
      change.new_reads_old = carriers.travels && still_read && !now.has_unknown();
      change.meaning = change.new_reads_old ? "what is in flight with it cannot be read"
                       : now.has_unknown()  ? "what still says it is taken as `unknown`"
                                            : "what still says it is not looked at";
      change.help = "keep the value";
    }
    if (old.has_unknown()) continue;
    for (const auto& [value, span] : now.values) {
      if (old.values.contains(value)) continue;
      Change& change = add(RuleId::enum_value_added_without_unknown, value);
      change.now = span;
      change.then = old.span;
      change.meaning = consumers(change.endpoints.size(), "an older reader");
      change.old_reads_new = carriers.travels;
      change.help = "an enum with a value `unknown` can grow: add it first, and deploy that";
    }
  }
}

void compare_records(Comparison& comparison) {
  for (const auto& [name, old] : comparison.before.records) {
    const auto found = comparison.after.records.find(name);
    if (found == comparison.after.records.end()) continue;
    const Carriers before = comparison.before_index.carriers(name);
    const bool travels = before.travels || comparison.after_index.carriers(name).travels;
    const Holder holder{name,
                        last_name(name),
                        travels ? "what is in flight" : "an older caller",
                        travels,
                        comparison.before_index.endpoints(before),
                        found->second.span};
    compare_fields(comparison, holder, old.fields, found->second.fields);
  }
}

}  // namespace

void compare_messages(Comparison& comparison) {
  MessagesComparison(comparison).run();
}

void compare_types(Comparison& comparison) {
  compare_enums(comparison);
  compare_records(comparison);
}

}  // namespace flowc::lock
