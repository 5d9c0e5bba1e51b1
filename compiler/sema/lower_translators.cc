#include <map>
#include <string>
#include <utility>

#include "diagnostics/catalog.h"
#include "sema/clauses.h"
#include "sema/mapping.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

/// Lowers translations: another module's event becomes a message of this one.
class TranslatorLowering {
 public:
  explicit TranslatorLowering(State& state) : state_(state), program_(state.draft.program) {}

  void run() {
    for (std::uint32_t i = 0; i < state_.components.size(); ++i) {
      const auto* syntax = std::get_if<const ast::Translate*>(&state_.components[i]);
      if (syntax != nullptr) lower(**syntax, i);
    }
  }

 private:
  void lower(const ast::Translate& syntax, std::uint32_t component) {
    Clauses clauses(state_, component);
    if (syntax.damaged) state_.draft.doubts.all();
    const auto via = clauses.channel(syntax.head.via);
    const auto from = clauses.resolver().find(syntax.from, {SymbolKind::event}, "an event");
    if (from &&
        elsewhere(syntax, static_cast<std::uint32_t>(program_.components[component].module))) {
      state_.draft.doubts.emitters = true;
      clauses.leave_out({}, via);
      return;
    }
    const auto to = clauses.resolver().find(syntax.to, {SymbolKind::event, SymbolKind::command},
                                            "an event or command");
    if (!from || !to || !fit(syntax, component, *from, *to)) {
      state_.draft.doubts.emitters = true;
      clauses.leave_out({}, via);
      return;
    }
    const std::uint32_t file = static_cast<std::uint32_t>(program_.components[component].module);
    const model::MessageId source{from->index};
    const model::MessageId target{to->index};
    MappingScope scope;
    scope.leaves = true;
    scope.sources.push_back(
        message_source(state_, source, model::FieldRef::Root::message, "", true));
    // Of a message that was guessed, or must not be seen, fields prove nothing.
    if (guessed(syntax.from, source) || !(from->visible || from->module == file))
      scope.sources.back().damaged = true;
    auto fields = lower_mapping(state_, file, syntax.mapping, target, scope);
    model::Translator& translator = program_.translators[program_.components[component].detail];
    translator.from = source;
    translator.to = target;
    if (fields) translator.fields = *std::move(fields);
    endpoint(syntax, via, component, clauses, translator);
  }

  /// A message that an imported module has for itself: to be told to make it public helps nobody.
  bool elsewhere(const ast::Translate& syntax, std::uint32_t own) {
    const std::vector<ast::Name>& parts = syntax.to.parts;
    for (SourceFile::Import& import : state_.files[own].imports) {
      const std::string& module = program_.modules[import.file].name;
      const Scope& scope = state_.symbols.modules[import.file];
      const auto found = scope.find(parts.back().text);
      if (syntax.to.text() != module + "." + parts.back().text || found == scope.end()) continue;
      const SymbolKind kind = found->second.kind;
      if (found->second.poisoned || (kind != SymbolKind::event && kind != SymbolKind::command))
        return false;
      import.used = true;
      report_elsewhere(syntax, found->second);
      return true;
    }
    return false;
  }

  void report_elsewhere(const ast::Translate& syntax, const Symbol& to) {
    state_.reporter
        .error(kTranslatesElsewhere, syntax.to.span, syntax.to.text(),
               program_.modules[to.module].name)
        .label(to.name, "declared here")
        .help("a translation makes messages of the module it stands in");
  }

  bool guessed(const ast::Path& path, model::MessageId message) const {
    return path.parts.back().text != program_[message].name;
  }

  bool fit(const ast::Translate& syntax, std::uint32_t component, const Symbol& from,
           const Symbol& to) {
    if (to.module != static_cast<std::uint32_t>(program_.components[component].module)) {
      report_elsewhere(syntax, to);
      return false;
    }
    if (from.index == to.index) {
      state_.reporter.error(kTranslatesToItself, syntax.to.span, syntax.to.text())
          .help("it would come round for ever");
      return false;
    }
    const auto [first, added] =
        translated_.emplace(std::pair{from.index, to.index}, syntax.to.span);
    if (added) return true;
    state_.reporter
        .error(kTranslatedTwice, syntax.to.span, syntax.from.parts.back().text, syntax.to.text())
        .label(first->second, "first here")
        .help("each event would be translated twice");
    return false;
  }

  void endpoint(const ast::Translate& syntax, std::optional<model::ChannelId> via,
                std::uint32_t component, Clauses& clauses, const model::Translator& translator) {
    const model::Message& from = program_[translator.from];
    const model::Message& to = program_[translator.to];
    model::Endpoint endpoint;
    model::EndpointPlaces places;
    endpoint.name = lower_snake(from.name);
    endpoint.documentation = syntax.documentation;
    endpoint.span = syntax.to.span;
    endpoint.component = model::ComponentId{component};
    endpoint.id = "translate." + lower_snake(from.name) + "." + lower_snake(to.name);
    endpoint.takes = {translator.from};
    const bool event = to.kind == model::MessageKind::event;
    (event ? endpoint.publishes : endpoint.sends).push_back(translator.to);
    (event ? places.publishes : places.sends).push_back(syntax.to.span);
    places.id = syntax.to.span;
    places.takes = syntax.from.span;
    places.damaged = syntax.damaged;
    places.guessed = guessed(syntax.from, translator.from);
    if (syntax.head.at) clauses.pin(*syntax.head.at, endpoint, places);
    if (syntax.head.via) places.channel = syntax.head.via->span;
    endpoint.channel = via ? *via
                           : clauses.implicit_channel(
                                 endpoint.id, endpoint.span, places.id,
                                 "without `via`, a translation has a channel of its own, named as "
                                 "its endpoint id");
    clauses.add(std::move(endpoint), std::move(places));
  }

  State& state_;
  model::Program& program_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Span> translated_;
};

}  // namespace

void lower_translators(State& state) {
  TranslatorLowering(state).run();
}

}  // namespace flowc::sema
