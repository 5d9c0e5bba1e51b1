#include "sema/leaving.h"

#include <map>
#include <optional>

#include "base/limits.h"
#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "model/names.h"
#include "sema/privacy.h"

namespace flowc::sema {
namespace {

/// `declassify(a, b)`, checked and found.
std::vector<bool> declassified(State& state, const Leaving& leaving) {
  std::vector<bool> named(leaving.fields->size(), false);
  std::map<std::string, Span> seen;
  std::vector<std::string> candidates;
  for (const model::Field& field : *leaving.fields) {
    if (marks_of(state, field)) candidates.push_back(field.name);
  }
  for (const ast::Name& name : *leaving.declassify) {
    const auto [first, added] = seen.emplace(name.text, name.span);
    if (!added) {
      state.reporter.error(kListedTwice, name.span, name.text, "`declassify`")
          .label(first->second, "first here");
      continue;
    }
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < leaving.fields->size(); ++i) {
      if ((*leaving.fields)[i].name == name.text) found = i;
    }
    if (!found) {
      if (!leaving.damaged) {
        state.reporter.error(kNoField, name.span, name.text, leaving.what)
            .did_you_mean(name.span, name.text, candidates);
      }
      // It was meant for one of the others: those need no second error.
      named.assign(named.size(), true);
      return named;
    }
    named[*found] = true;
    const model::Field& field = (*leaving.fields)[*found];
    if (marks_of(state, field)) continue;
    state.reporter.error(kNothingToDeclassify, name.span, name.text)
        .label(field.span, "declared here");
  }
  return named;
}

void report_marked(State& state, const Leaving& leaving, const std::vector<std::size_t>& marked) {
  std::vector<std::string> quoted;
  std::string names;
  for (const std::size_t index : marked) {
    const std::string& name = (*leaving.fields)[index].name;
    quoted.push_back("`" + name + "`");
    names += (names.empty() ? "" : ", ") + name;
  }
  if (leaving.damaged) return;  // a `declassify` may be what was lost
  auto diagnostic =
      state.reporter.error(kMarkedLeaves, leaving.at, leaving.what, listing(quoted, "and"));
  for (std::size_t i = 0; i < marked.size() && i < limits::kListedMax; ++i) {
    const model::Field& field = (*leaving.fields)[marked[i]];
    const Marks marks = marks_of(state, field);
    diagnostic.label(marks.field().span, &marks.field() == &field
                                             ? marks.text()
                                             : marks.text() + ", inside `" + field.name + "`");
  }
  const std::string title = "say that they may leave: `declassify(" + names + ")`";
  if (leaving.declassify->empty()) {
    diagnostic.fix(leaving.insert_at, " declassify(" + names + ")", title);
  } else {
    Span after = leaving.declassify->back().span;
    after.begin = after.end;
    diagnostic.fix(after, ", " + names, title);
  }
}

}  // namespace

std::vector<std::uint32_t> lower_leaving(State& state, const Leaving& leaving) {
  const std::vector<bool> named = declassified(state, leaving);
  std::vector<std::uint32_t> out;
  std::vector<std::size_t> marked;
  for (std::size_t i = 0; i < named.size(); ++i) {
    if (named[i]) out.push_back(static_cast<std::uint32_t>(i));
    // A key that is marked is an error of its own.
    const model::Field& field = (*leaving.fields)[i];
    if (!named[i] && !field.key && marks_of(state, field)) marked.push_back(i);
  }
  if (!marked.empty()) report_marked(state, leaving, marked);
  return out;
}

void lower_uses(State& state, Resolver& resolver, const ast::Handler& syntax, const char* on,
                model::Endpoint& endpoint, model::EndpointPlaces& places) {
  std::map<std::uint32_t, Span> seen;
  for (const ast::Path& path : syntax.uses) {
    const auto publisher = resolver.find_publisher(path);
    if (!publisher) {
      state.draft.doubts.publishers = true;
      continue;
    }
    const auto [first, added] = seen.emplace(publisher->index, path.span);
    if (!added) {
      state.reporter.error(kListedTwice, path.span, path.text(), "`uses`")
          .label(first->second, "first here");
      continue;
    }
    endpoint.uses.push_back(model::PublisherId{publisher->index});
    places.uses.push_back(path.span);
  }
  if (syntax.uses.empty()) {
    if (syntax.declassify.empty()) return;
    state.reporter
        .error(kClauseHere, syntax.declassify.front().span, "`declassify`",
               std::string(on) + " that uses no publisher")
        .help("nothing leaves here: drop it, or say what it uses: `uses PUBLISHER`");
    return;
  }
  const model::Program& program = state.draft.program;
  Leaving leaving;
  leaving.at = syntax.uses.front().span;
  leaving.declassify = &syntax.declassify;
  leaving.insert_at = syntax.span;
  leaving.insert_at.begin = leaving.insert_at.end;
  if (const auto* message = std::get_if<model::MessageId>(&endpoint.takes.type)) {
    leaving.fields = &program[*message].fields;
    leaving.damaged = fields_lost(state, *message);
  } else if (const auto* record = std::get_if<model::RecordId>(&endpoint.takes.type)) {
    leaving.fields = &program[*record].fields;
    leaving.damaged = fields_lost(state, *record);
  } else {
    if (!syntax.declassify.empty()) {
      state.reporter.error(kClauseHere, syntax.declassify.front().span, "`declassify`",
                           std::string(on) + " that takes nothing");
    }
    return;
  }
  leaving.what = "`" + model::short_name(program, endpoint.takes) + "`";
  leaving.damaged = leaving.damaged || syntax.damaged;
  endpoint.declassified = lower_leaving(state, leaving);
}

}  // namespace flowc::sema
