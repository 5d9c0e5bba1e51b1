#include "sema/correlation.h"

#include <string>
#include <vector>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "model/names.h"
#include "model/type_rules.h"

namespace flowc::sema {

bool may_correlate(const model::Field& field, const model::Field& key) {
  return model::same_type(field.type, key.type) && !field.personal && !field.secret;
}

std::optional<std::uint32_t> Correlations::find(model::MessageId message, const ast::Path& on,
                                                const std::optional<ast::Path>& by) {
  if (!known_) return std::nullopt;
  const model::Message& declared = state_.draft.program[message];
  const auto field = by ? named(declared, *by) : same_name(declared, on);
  if (!field) return std::nullopt;
  const Span at = by ? by->span : on.span;
  if (!fits(declared.fields[*field], at)) return std::nullopt;
  const auto [first, added] = uses_.emplace(static_cast<std::uint32_t>(message), Use{*field, at});
  if (added || first->second.field == *field) return field;
  state_.reporter
      .error(kTwoCorrelations, at, declared.name, "event." + declared.fields[*field].name)
      .label(first->second.span,
             "by `event." + declared.fields[first->second.field].name + "` here")
      .help("the instance is found before its state is known: one message, one field");
  return std::nullopt;
}

std::optional<std::uint32_t> Correlations::named(const model::Message& message,
                                                 const ast::Path& by) {
  if (by.parts.size() != 2 || by.parts.front().text != "event") {
    auto diagnostic = state_.reporter.error(kCorrelationForm, by.span);
    for (const model::Field& field : message.fields) {
      if (field.name == by.parts.back().text && may_correlate(field, saga_.key))
        diagnostic.fix(by.span, "event." + field.name, "write `event." + field.name + "`");
    }
    return std::nullopt;
  }
  const ast::Name& name = by.parts.back();
  std::vector<std::string> candidates;
  for (std::uint32_t i = 0; i < message.fields.size(); ++i) {
    if (message.fields[i].name == name.text) return i;
    if (may_correlate(message.fields[i], saga_.key)) candidates.push_back(message.fields[i].name);
  }
  const auto index = static_cast<std::size_t>(&message - state_.draft.program.messages.data());
  const ast::Message& syntax = *state_.messages[index];
  // A field that was reported, or lost in a damaged declaration, is no second error.
  if (syntax.damaged || syntax.fields.size() != message.fields.size()) return std::nullopt;
  state_.reporter.error(kNoCorrelation, name.span, message.name, name.text)
      .label(message.span, "declared here")
      .did_you_mean(name.span, name.text, candidates);
  return std::nullopt;
}

std::optional<std::uint32_t> Correlations::same_name(const model::Message& message,
                                                     const ast::Path& on) {
  std::string others;
  std::size_t count = 0;
  for (std::uint32_t i = 0; i < message.fields.size(); ++i) {
    const model::Field& field = message.fields[i];
    if (field.name == saga_.key.name) return i;
    if (!may_correlate(field, saga_.key) || ++count > limits::kListedMax) continue;
    others += (others.empty() ? "`by event." : ", `by event.") + field.name + "`";
  }
  const auto index = static_cast<std::size_t>(&message - state_.draft.program.messages.data());
  const ast::Message& syntax = *state_.messages[index];
  if (syntax.damaged || syntax.fields.size() != message.fields.size()) return std::nullopt;
  auto diagnostic = state_.reporter.error(kNoCorrelation, on.span, message.name, saga_.key.name);
  diagnostic.label(message.span, "declared here").label(saga_.key.span, "the key");
  diagnostic.help(others.empty() ? "give it the field `" + saga_.key.name + ": " +
                                       model::type_name(state_.draft.program, saga_.key.type) + "`"
                                 : "say which field holds the key: " + others);
  return std::nullopt;
}

bool Correlations::fits(const model::Field& field, Span at) {
  const model::Program& program = state_.draft.program;
  if (!model::same_type(field.type, saga_.key.type)) {
    state_.reporter
        .error(kCorrelationType, at, "event." + field.name, model::type_name(program, field.type),
               saga_.key.name, model::type_name(program, saga_.key.type))
        .label(field.span, "declared here")
        .label(saga_.key.span, "the key");
    return false;
  }
  // A key that is marked is an error of its own.
  if (field.key || (!field.personal && !field.secret)) return true;
  state_.reporter
      .error(kPrivateCorrelation, at, "event." + field.name, field.secret ? "@secret" : "@personal")
      .label(field.span, "declared here")
      .help("find it by an id that says nothing of a person");
  return false;
}

}  // namespace flowc::sema
