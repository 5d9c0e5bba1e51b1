#include <map>
#include <string>
#include <utility>

#include "diagnostics/catalog.h"
#include "sema/bounds.h"
#include "sema/clauses.h"
#include "sema/leaving.h"
#include "sema/step.h"

namespace flowc::sema {
namespace {

constexpr std::uint64_t kFailuresMax = 1'000'000;

void lower(State& state, const ast::Publisher& syntax, model::Publisher& publisher) {
  Reporter& reporter = state.reporter;
  if (syntax.damaged) state.draft.doubts.channels = true;
  if (!syntax.topic && !syntax.damaged) {
    reporter.error(kNoTopic, syntax.name.span, syntax.name.text)
        .help("say where the partner reads: `topic \"" + syntax.name.text + ".…\"`");
  }
  if (syntax.topic) {
    check_wire_text(reporter, *syntax.topic, "a topic");
    publisher.topic = syntax.topic->value;
  }
  if (syntax.retry) lower_retry(reporter, *syntax.retry, publisher.retry);
  if (syntax.breaker) {
    if (in_bounds(reporter, syntax.breaker->failures, "the count of `breaker`", 1, kFailuresMax))
      publisher.breaker_failures = static_cast<std::uint32_t>(syntax.breaker->failures.value);
    if (syntax.breaker->probe &&
        in_bounds(reporter, *syntax.breaker->probe, "the time between `probes`"))
      publisher.probe_us = syntax.breaker->probe->microseconds;
  }
  if (syntax.buffer && in_bounds(reporter, *syntax.buffer, "`buffer`", 1, kCountMax))
    publisher.buffer = syntax.buffer->value;
  if (!syntax.errors) return;
  Resolver resolver(state, static_cast<std::uint32_t>(publisher.module));
  if (const auto channel = resolver.find_channel(*syntax.errors)) {
    publisher.errors = model::ChannelId{channel->index};
  } else {
    state.draft.doubts.channels = true;
  }
}

/// Lowers forwards: one endpoint a publisher, so that no partner waits for another.
class ForwardLowering {
 public:
  explicit ForwardLowering(State& state) : state_(state), program_(state.draft.program) {}

  void run() {
    for (std::uint32_t i = 0; i < state_.components.size(); ++i) {
      const auto* syntax = std::get_if<const ast::Forward*>(&state_.components[i]);
      if (syntax != nullptr) lower(**syntax, i);
    }
  }

 private:
  void lower(const ast::Forward& syntax, std::uint32_t component) {
    Clauses clauses(state_, component);
    if (syntax.damaged) state_.draft.doubts.all();
    const auto event = clauses.resolver().find(syntax.message, {SymbolKind::event}, "an event");
    const auto via = clauses.channel(syntax.head.via);
    if (!event) {
      state_.draft.doubts.publishers = true;
      clauses.leave_out({}, via);
      for (const ast::Path& path : syntax.publishers) clauses.resolver().find_publisher(path);
      return;
    }
    model::Forward& forward = program_.forwards[program_.components[component].detail];
    forward.message = model::MessageId{event->index};
    if (!syntax.publishers.empty()) forward.declassified = declassified(syntax, forward.message);
    if (syntax.head.at && syntax.publishers.size() > 1) {
      clauses.refuse(syntax.head.at->id.span, "`at`", "a forward to several publishers",
                     "each has an endpoint of its own: write a forward for the one with this id");
    }
    for (const ast::Path& path : syntax.publishers)
      endpoint(syntax, path, via, component, clauses, forward);
  }

  std::vector<std::uint32_t> declassified(const ast::Forward& syntax, model::MessageId message) {
    Leaving leaving;
    leaving.what = "`" + program_[message].name + "`";
    leaving.fields = &program_[message].fields;
    leaving.damaged = fields_lost(state_, message) || syntax.damaged;
    leaving.declassify = &syntax.declassify;
    leaving.at = syntax.message.span;
    leaving.insert_at = syntax.span;
    leaving.insert_at.begin = leaving.insert_at.end;
    return lower_leaving(state_, leaving);
  }

  void endpoint(const ast::Forward& syntax, const ast::Path& path,
                std::optional<model::ChannelId> via, std::uint32_t component, Clauses& clauses,
                model::Forward& forward) {
    const auto found = clauses.resolver().find_publisher(path);
    if (!found) {
      state_.draft.doubts.publishers = true;
      return;
    }
    const model::PublisherId publisher{found->index};
    const std::string& event = program_[forward.message].name;
    const std::string& partner = program_[publisher].name;
    const auto [first, added] = forwarded_.emplace(
        std::pair{static_cast<std::uint32_t>(forward.message), found->index}, path.span);
    if (!added) {
      // A misspelt name that was taken for this one has had its error.
      if (path.parts.back().text == partner) {
        state_.reporter.error(kForwardedTwice, path.span, event, partner)
            .label(first->second, "first here")
            .help("the partner would get every event twice");
      }
      return;
    }
    forward.publishers.push_back(publisher);

    model::Endpoint endpoint;
    model::EndpointPlaces places;
    endpoint.name = partner;
    endpoint.documentation = syntax.documentation;
    endpoint.span = path.span;
    endpoint.component = model::ComponentId{component};
    endpoint.id = "forward." + lower_snake(event) + "." + partner;
    endpoint.takes = {forward.message};
    endpoint.uses = {publisher};
    endpoint.declassified = forward.declassified;
    places.id = path.span;
    places.takes = syntax.message.span;
    places.uses = {path.span};
    places.damaged = syntax.damaged;
    places.guessed = syntax.message.parts.back().text != event;
    if (syntax.head.at && syntax.publishers.size() == 1)
      clauses.pin(*syntax.head.at, endpoint, places);
    if (syntax.head.via) places.channel = syntax.head.via->span;
    endpoint.channel =
        via ? *via
            : clauses.implicit_channel(endpoint.id, endpoint.span, places.id,
                                       "without `via`, a forward has a channel of its own for each "
                                       "publisher, named as its endpoint id");
    clauses.add(std::move(endpoint), std::move(places));
  }

  State& state_;
  model::Program& program_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, Span> forwarded_;  ///< event and publisher
};

}  // namespace

void lower_publishers(State& state) {
  for (std::size_t i = 0; i < state.publishers.size(); ++i)
    lower(state, *state.publishers[i], state.draft.program.publishers[i]);
}

void lower_forwards(State& state) {
  ForwardLowering(state).run();
}

}  // namespace flowc::sema
