#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "diagnostics/catalog.h"
#include "diagnostics/listing.h"
#include "model/names.h"
#include "model/type_rules.h"
#include "sema/bounds.h"
#include "sema/mapping.h"
#include "sema/resolver.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

using Versions = std::map<std::uint16_t, std::uint32_t>;

std::string version_text(std::uint64_t version) {
  return "v" + std::to_string(version);
}

/// What the versions of a message must have in common, how old they may be, and how each old one
/// becomes a newer one.
class VersionLowering {
 public:
  explicit VersionLowering(State& state)
      : state_(state), program_(state.draft.program), upcast_(program_.messages.size()) {}

  void run() {
    for (std::uint32_t i = 0; i < program_.messages.size(); ++i) attributes(i);
    for (const auto& [name, versions] : state_.symbols.versions) {
      if (versions.empty()) continue;
      if (one_kind(versions)) {
        agree(versions);
      } else {
        doubtful_.insert(name.second);  // which kind is meant is open, and reported
      }
    }
    for (std::size_t i = 0; i < state_.upcasts.size(); ++i)
      lower(*state_.upcasts[i], state_.upcast_modules[i]);
    for (std::uint32_t i = 0; i < program_.messages.size(); ++i) {
      const bool stored = program_.messages[i].kind != model::MessageKind::query;
      if (program_.messages[i].superseded && stored && !upcast_[i]) no_path(i);
    }
  }

 private:
  void attributes(std::uint32_t index) {
    const ast::Message& syntax = *state_.messages[index];
    model::Message& message = program_.messages[index];
    if (message.kind == model::MessageKind::query) {
      // The older ones are old because of it: the mistake is that there are versions.
      if (syntax.version && !message.superseded) meaningless(syntax.version->span, "a version");
      if (syntax.expires) meaningless(syntax.expires->span, "`@expires`");
      if (syntax.hops) meaningless(syntax.hops->span, "`@hops`");
      return;
    }
    if (syntax.expires && in_bounds(state_.reporter, *syntax.expires, "`@expires`"))
      message.expires_us = syntax.expires->microseconds;
    constexpr std::uint64_t kHopsMax = 10'000;
    if (syntax.hops && in_bounds(state_.reporter, *syntax.hops, "`@hops`", 1, kHopsMax))
      message.hops = static_cast<std::uint32_t>(syntax.hops->value);
  }

  void meaningless(Span at, const char* what) {
    state_.reporter.error(kClauseHere, at, what, "a query")
        .help("a query is answered in the call: it is never stored, and waits nowhere");
  }

  // Agreement.

  bool one_kind(const Versions& versions) const {
    return std::all_of(versions.begin(), versions.end(), [&](const auto& one) {
      return state_.messages[one.second]->kind == state_.messages[versions.begin()->second]->kind;
    });
  }

  void agree(const Versions& versions) {
    const std::uint32_t newest = versions.rbegin()->second;
    wire_name(versions);
    // What the newest has otherwise than several of them is one mistake.
    bool alike = true;
    bool same_key = true;
    for (auto one = std::next(versions.rbegin()); one != versions.rend(); ++one) {
      alike = alike && visibility(one->second, newest);
      same_key = same_key && key(one->second, newest);
    }
    if (alike) return;
    // Nobody forgets it everywhere: public is what was meant.
    program_.messages[newest].is_public = true;
    state_.symbols.modules[static_cast<std::uint32_t>(program_.messages[newest].module)]
        .find(program_.messages[newest].name)
        ->second.visible = true;
  }

  bool visibility(std::uint32_t old_index, std::uint32_t new_index) {
    const model::Message& old = program_.messages[old_index];
    const model::Message& now = program_.messages[new_index];
    if (old.is_public == now.is_public) return true;
    differ(old_index, new_index, old.span, "in being public",
           old.is_public ? "public" : "not public", now.span,
           now.is_public ? "public" : "not public");
    return false;
  }

  /// One pin is for all of them: readers tell the versions by their number.
  void wire_name(const Versions& versions) {
    std::optional<std::uint32_t> pinned;
    for (const auto& [number, index] : versions) {
      if (!state_.messages[index]->wire) continue;
      if (!pinned) {
        pinned = index;
        continue;
      }
      const ast::Text& here = *state_.messages[index]->wire;
      const ast::Text& first = *state_.messages[*pinned]->wire;
      if (here.value == first.value) continue;
      differ(index, *pinned, here.span, "in their wire name", "", first.span, "the first pin");
    }
    if (!pinned) return;
    const std::string name = program_.messages[*pinned].wire_name;
    for (const auto& [number, index] : versions) program_.messages[index].wire_name = name;
  }

  bool key(std::uint32_t old_index, std::uint32_t new_index) {
    const model::Message& old = program_.messages[old_index];
    const model::Message& now = program_.messages[new_index];
    if (fields_lost(state_, model::MessageId{old_index})) return true;
    if (fields_lost(state_, model::MessageId{new_index})) return true;
    if (!old.key && !now.key) return true;
    if (old.key && now.key) {
      const model::Field& before = old.fields[*old.key];
      const model::Field& after = now.fields[*now.key];
      if (before.name == after.name && model::same_type(before.type, after.type)) return true;
      const auto types = model::type_names_apart(program_, before.type, after.type);
      const bool renamed = before.name != after.name;
      differ(old_index, new_index, before.span, "in their key",
             "`" + (renamed ? before.name : types.first) + "`", after.span,
             "`" + (renamed ? after.name : types.second) + "`");
      return false;
    }
    differ(old_index, new_index, old.key ? old.fields[*old.key].span : old.span, "in their key",
           old.key ? "the key" : "has no key", now.key ? now.fields[*now.key].span : now.span,
           now.key ? "the key" : "has no key");
    return false;
  }

  /// Stands at the later of the two places.
  void differ(std::uint32_t a, std::uint32_t b, Span a_at, const char* in, std::string a_text,
              Span b_at, std::string b_text) {
    if (a_at.begin < b_at.begin) {
      std::swap(a, b);
      std::swap(a_at, b_at);
      std::swap(a_text, b_text);
    }
    auto diagnostic = state_.reporter.error(kVersionsDiffer, a_at, program_.messages[a].name,
                                            version_text(program_.messages[b].version),
                                            version_text(program_.messages[a].version), in);
    diagnostic.here(std::move(a_text)).label(b_at, std::move(b_text));
    if (std::string_view(in) == "in their key")
      diagnostic.help("old and new messages of one key are kept in one order: the key stays");
  }

  // Upcasts.

  void lower(const ast::Upcast& syntax, std::uint32_t module) {
    Resolver resolver(state_, module);
    const auto symbol = resolver.find(syntax.message, kMessageKinds, "a message");
    if (!symbol) {
      all_doubtful_ = true;
      return;
    }
    const std::string& name = program_.messages[symbol->index].name;
    if (symbol->kind == SymbolKind::query) {
      // Where there are versions, that is the mistake.
      if (!state_.messages[symbol->index]->version) meaningless(syntax.message.span, "`upcast`");
      return;
    }
    if (symbol->module != module) {
      state_.reporter
          .error(kUpcastElsewhere, syntax.message.span, name, program_.modules[symbol->module].name)
          .label(symbol->name, "declared here")
          .help("the module that declares the versions says how they follow each other");
      return;
    }
    const Versions& versions = state_.symbols.versions[{module, name}];
    const auto from = versions.find(static_cast<std::uint16_t>(syntax.from.value));
    const auto to = versions.find(static_cast<std::uint16_t>(syntax.to.value));
    if (from != versions.end()) {
      if (first_of(syntax, from->second, name)) upcast_[from->second] = &syntax;
    }
    if (syntax.damaged) {
      doubtful_.insert(name);
      return;
    }
    if (from == versions.end()) no_version(module, syntax.from, name, versions);
    if (to == versions.end()) no_version(module, syntax.to, name, versions);
    if (from == versions.end() || to == versions.end()) {
      doubtful_.insert(name);
      return;
    }
    if (syntax.to.value <= syntax.from.value) {
      state_.reporter
          .error(kUpcastBackwards, syntax.to.span, version_text(syntax.to.value),
                 version_text(syntax.from.value))
          .help("an upcast makes an old message a newer one");
      doubtful_.insert(name);
      return;
    }
    if (upcast_[from->second] != &syntax) return;
    fields(syntax, module, model::MessageId{from->second}, model::MessageId{to->second});
  }

  /// A second way from one version would leave open which one is taken.
  bool first_of(const ast::Upcast& syntax, std::uint32_t from, const std::string& name) {
    if (upcast_[from] == nullptr) return true;
    Span at = syntax.message.span;
    at.end = std::max(at.end, syntax.to.span.end);  // which may be missing
    state_.reporter.error(kUpcastTwice, at, name, version_text(syntax.from.value))
        .label(upcast_[from]->message.span, "the first one")
        .help("a version becomes a newer one in one way");
    return false;
  }

  void fields(const ast::Upcast& syntax, std::uint32_t module, model::MessageId from,
              model::MessageId to) {
    MappingScope scope;
    scope.carries_over = true;
    scope.sources.push_back(message_source(state_, from, model::FieldRef::Root::message, "", true));
    scope.sources.back().called += " " + version_text(program_[from].version);
    auto made = lower_mapping(state_, module, syntax.mapping, to, scope);
    if (made) program_.upcasts.push_back({from, to, *std::move(made), syntax.span});
  }

  void no_version(std::uint32_t module, const ast::Integer& version, const std::string& name,
                  const Versions& versions) {
    if (state_.files[module].syntax->damaged) return;  // it may be what was lost
    std::vector<std::string> known;
    for (const auto& [number, index] : versions) known.push_back("`" + version_text(number) + "`");
    state_.reporter.error(kNoVersion, version.span, name, version_text(version.value))
        .label(program_.messages[versions.rbegin()->second].span, "declared here")
        .help("its versions: " + listing(known, "and"));
  }

  void no_path(std::uint32_t index) {
    const model::Message& old = program_.messages[index];
    if (all_doubtful_ || doubtful_.count(old.name) != 0) return;
    if (state_.files[static_cast<std::uint32_t>(old.module)].syntax->lost_something()) return;
    const Versions& versions =
        state_.symbols.versions[{static_cast<std::uint32_t>(old.module), old.name}];
    const std::uint16_t next = versions.upper_bound(old.version)->first;
    state_.reporter.error(kNoUpcast, old.span, version_text(old.version), old.name)
        .label(program_.messages[versions.rbegin()->second].span, "the newest")
        .help("old messages are read forever: `upcast " + old.name + " " +
              version_text(old.version) + " -> " + version_text(next) + " { }`");
  }

  State& state_;
  model::Program& program_;
  std::vector<const ast::Upcast*> upcast_;  ///< from each message; null: none
  std::set<std::string> doubtful_;          ///< messages with an upcast that was not understood
  bool all_doubtful_ = false;
};

}  // namespace

void lower_versions(State& state) {
  VersionLowering(state).run();
}

}  // namespace flowc::sema
