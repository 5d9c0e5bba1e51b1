#include "lock/types.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "base/limits.h"

namespace flowc::lock {
namespace {

/// What is a string in JSON, apart from enums.
bool is_text(std::string_view primitive) {
  for (const std::string_view name :
       {"decimal", "string", "bytes", "uuid", "timestamp", "duration", "date"})
    if (primitive == name) return true;
  return false;
}

/// The record or enum that a type names in the end.
const std::string* named(const Type& type) {
  const Type* inner = &type;
  while (inner->element) inner = inner->element.get();
  return inner->kind == Type::Kind::named ? &inner->name : nullptr;
}

class Reads {
 public:
  Reads(const Lock& reader, const Lock& writer, Writer who)
      : reader_(reader), writer_(writer), who_(who) {}

  unsigned lost() const { return lost_; }

  bool type(const Type& read, const Type& written) {
    // Past it the answer is no: nobody renames that many records that hold each other.
    if (depth_ > limits::kNestingMax) return false;
    if (read.kind == Type::Kind::optional) return type(*read.element, bare(written));
    if (written.kind == Type::Kind::optional) return false;  // it may be null
    if (read.kind == Type::Kind::primitive) return primitive(read, written);
    if (read.kind == Type::Kind::named) return names(read.name, written);
    if (read.kind == Type::Kind::map && written.kind == Type::Kind::named)
      return entries(*read.element, written.name);
    if (read.kind != written.kind) return false;
    ++depth_;
    const bool readable = type(*read.element, *written.element);
    --depth_;
    return readable;
  }

 private:
  bool primitive(const Type& read, const Type& written) {
    if (written.kind == Type::Kind::named)
      return read.name == "string" && writer_.enums.contains(written.name);
    if (written.kind != Type::Kind::primitive) return false;
    if (read.name == written.name) return true;
    if (read.name == "int64") return written.name == "int32";
    if (read.name == "decimal") return written.name == "int32" || written.name == "int64";
    if (read.name == "float64" && written.name == "int64") return losing(kDigits);
    if (read.name == "float64") return written.name == "int32";
    return read.name == "string" && is_text(written.name);
  }

  bool losing(Loss loss) {
    lost_ |= loss;
    return true;
  }

  /// A record or an enum reads it.
  bool names(const std::string& read, const Type& written) {
    if (written.kind == Type::Kind::named)
      return read == written.name || declarations(read, written.name);
    if (const auto found = reader_.enums.find(read); found != reader_.enums.end()) {
      const bool text = written.kind == Type::Kind::primitive && is_text(written.name);
      return text && found->second.has_unknown() && losing(kWords);
    }
    const auto record = reader_.records.find(read);
    if (record == reader_.records.end() || written.kind != Type::Kind::map) return false;
    if (!mixed_.emplace(&written, read).second) return true;
    ++depth_;
    const bool readable = std::all_of(
        record->second.fields.begin(), record->second.fields.end(), [&](const auto& entry) {
          return entry.second.may_be_absent() && type(entry.second.type, *written.element);
        });
    --depth_;
    return readable && losing(kGrowth);
  }

  /// A map reads a record: what is absent is no entry.
  bool entries(const Type& element, const std::string& written) {
    const auto record = writer_.records.find(written);
    if (record == writer_.records.end()) return false;
    if (!mixed_.emplace(&element, written).second) return true;
    ++depth_;
    const bool readable = std::all_of(record->second.fields.begin(), record->second.fields.end(),
                                      [&](const auto& entry) {
                                        if (who_ == Writer::any && entry.second.default_value)
                                          lost_ |= kMeanings;
                                        return type(element, bare(entry.second.type));
                                      });
    --depth_;
    return readable;
  }

  bool declarations(const std::string& read, const std::string& written) {
    const auto reader_enum = reader_.enums.find(read);
    const auto writer_enum = writer_.enums.find(written);
    if (reader_enum != reader_.enums.end() && writer_enum != writer_.enums.end())
      return enums(reader_enum->second, writer_enum->second);
    const auto reader_record = reader_.records.find(read);
    const auto writer_record = writer_.records.find(written);
    if (reader_record == reader_.records.end() || writer_record == writer_.records.end())
      return false;
    // A pair that is being looked at, or was: it is readable unless something says no.
    if (!seen_.emplace(read, written).second) return true;
    ++depth_;
    const bool readable = fields(reader_record->second.fields, writer_record->second.fields);
    --depth_;
    return readable;
  }

  bool enums(const Enum& read, const Enum& written) {
    const bool known =
        std::all_of(written.values.begin(), written.values.end(),
                    [&read](const auto& value) { return read.values.contains(value.first); });
    return known || (read.has_unknown() && losing(kGrowth));
  }

  bool fields(const Fields& read, const Fields& written) {
    for (const auto& [wire_name, field] : written)
      if (!read.contains(wire_name)) lost_ |= kGrowth;
    return std::all_of(read.begin(), read.end(), [&](const auto& entry) {
      const Field& field = entry.second;
      const auto found = written.find(entry.first);
      if (found == written.end()) return field.may_be_absent();
      const bool absent =
          found->second.optional() || (who_ == Writer::any && found->second.may_be_absent());
      if (absent && !field.may_be_absent()) return false;
      if (who_ == Writer::any && found->second.default_value && field.default_value &&
          found->second.default_value != field.default_value)
        lost_ |= kMeanings;
      return type(bare(field.type), bare(found->second.type));
    });
  }

  const Lock& reader_;
  const Lock& writer_;
  Writer who_;
  std::set<std::pair<std::string, std::string>> seen_;
  std::set<std::pair<const Type*, std::string>> mixed_;  // as seen_, of a map and a record
  std::size_t depth_ = 0;
  unsigned lost_ = kNoLoss;
};

}  // namespace

const Type& bare(const Type& type) {
  return type.kind == Type::Kind::optional ? *type.element : type;
}

Reading reads(const Lock& reader, const Type& read, const Lock& writer, const Type& written,
              Writer who) {
  Reads comparison(reader, writer, who);
  const bool readable = comparison.type(read, written);
  return {readable, readable ? comparison.lost() : kNoLoss};
}

std::string lost_text(unsigned lost) {
  if ((lost & kDigits) != 0) return "whole numbers past 2^53 lose digits";
  if ((lost & kWords) != 0) return "a text that is no value of it is taken as `unknown`";
  if ((lost & kGrowth) != 0) return "what it has no place for is dropped";
  return "what was left out means something else";
}

Index::Index(const Lock& lock) : lock_(&lock) {
  const auto each_name = [](const Fields& fields, const auto& visit) {
    for (const auto& [wire_name, field] : fields)
      if (const std::string* name = named(field.type)) visit(*name);
  };
  for (const auto& [name, record] : lock.records)
    each_name(record.fields,
              [&, &name = name](const std::string& held) { records_[held].insert(name); });
  for (const auto& [key, message] : lock.messages) {
    const bool travels = message.kind != model::MessageKind::query;
    const auto enter = [&, &key = key](const std::string& held) {
      direct_[held].messages.insert(key);
      direct_[held].travels |= travels;
    };
    each_name(message.fields, enter);
    if (message.answer)
      if (const std::string* name = named(*message.answer)) enter(*name);
  }
  for (const auto& [id, saga] : lock.sagas) {
    each_name(saga.data, [&, &id = id](const std::string& held) {
      direct_[held].sagas.insert(id);
      direct_[held].travels = true;
    });
  }
  for (const auto& [id, endpoint] : lock.endpoints) {
    for (const Payload* payload : {&endpoint.takes, endpoint.gives ? &*endpoint.gives : nullptr}) {
      if (payload == nullptr || payload->kind != Payload::Kind::record) continue;
      direct_[payload->name].steps.insert(id);
      direct_[payload->name].travels = true;
    }
    if (endpoint.takes.kind == Payload::Kind::message) takers_[endpoint.takes.name].push_back(id);
  }
}

Carriers Index::carriers(const std::string& type) const {
  Carriers all;
  std::set<std::string> seen{type};
  std::vector<std::string> next{type};
  while (!next.empty()) {
    const std::string name = std::move(next.back());
    next.pop_back();
    if (const auto direct = direct_.find(name); direct != direct_.end()) {
      all.messages.insert(direct->second.messages.begin(), direct->second.messages.end());
      all.sagas.insert(direct->second.sagas.begin(), direct->second.sagas.end());
      all.steps.insert(direct->second.steps.begin(), direct->second.steps.end());
      all.travels |= direct->second.travels;
    }
    const auto holders = records_.find(name);
    if (holders == records_.end()) continue;
    for (const std::string& record : holders->second)
      if (seen.insert(record).second) next.push_back(record);
  }
  return all;
}

std::vector<std::string> Index::takers(const std::string& wire_name) const {
  const auto found = takers_.find(wire_name);
  return found == takers_.end() ? std::vector<std::string>{} : found->second;
}

std::vector<std::string> Index::endpoints_of_saga(const std::string& saga) const {
  std::vector<std::string> ids;
  for (auto at = lock_->endpoints.lower_bound(saga + ".");
       at != lock_->endpoints.end() && at->first.starts_with(saga + "."); ++at)
    if (at->second.kind == model::ComponentKind::saga) ids.push_back(at->first);
  return ids;
}

std::vector<std::string> Index::endpoints(const Carriers& carriers) const {
  std::set<std::string> ids = carriers.steps;
  for (const MessageKey& key : carriers.messages) {
    const std::vector<std::string> found = takers(key.wire_name);
    ids.insert(found.begin(), found.end());
  }
  for (const std::string& saga : carriers.sagas) {
    const std::vector<std::string> found = endpoints_of_saga(saga);
    ids.insert(found.begin(), found.end());
  }
  return {ids.begin(), ids.end()};
}

}  // namespace flowc::lock
