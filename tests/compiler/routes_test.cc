#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "checks/checks.h"
#include "diagnostics/catalog.h"
#include "model/homes.h"

namespace flowc {
namespace {

using model::ComponentId;
using model::ComponentKind;
using model::EndpointId;
using model::MessageId;

/// Builds drafts without a source: checks see nothing else.
class DraftBuilder {
 public:
  model::Draft draft;

  MessageId event(const std::string& name) {
    model::Message message;
    message.name = name;
    message.is_public = true;
    draft.program.messages.push_back(message);
    return MessageId{static_cast<std::uint32_t>(draft.program.messages.size() - 1)};
  }

  ComponentId component(const std::string& name, ComponentKind kind, std::size_t detail = 0) {
    model::Component made;
    made.name = name;
    made.kind = kind;
    made.detail = static_cast<std::uint32_t>(detail);
    made.span = next();
    draft.program.components.push_back(made);
    return ComponentId{static_cast<std::uint32_t>(draft.program.components.size() - 1)};
  }

  EndpointId takes(ComponentId component, MessageId message) {
    model::Endpoint endpoint;
    endpoint.name = "on_it";
    endpoint.component = component;
    endpoint.takes = {message};
    endpoint.span = next();
    model::EndpointPlaces places;
    places.takes = next();
    draft.program.endpoints.push_back(endpoint);
    draft.endpoint_places.push_back(places);
    const EndpointId id{static_cast<std::uint32_t>(draft.program.endpoints.size() - 1)};
    draft.program.components[static_cast<std::uint32_t>(component)].endpoints.push_back(id);
    return id;
  }

  void translate(MessageId from, MessageId to) {
    const ComponentId id =
        component("translate", ComponentKind::translator, draft.program.translators.size());
    takes(id, from);
    model::Translator translator;
    translator.component = id;
    translator.from = from;
    translator.to = to;
    draft.program.translators.push_back(translator);
  }

  void service(const std::string& name, std::vector<ComponentId> components) {
    model::Service service;
    service.name = name;
    service.components = std::move(components);
    draft.program.services.push_back(service);
  }

 private:
  Span next() {
    offset_ += 10;
    return {FileId{0}, offset_, offset_ + 5};
  }
  std::uint32_t offset_ = 0;
};

std::vector<unsigned> reported(void (*check)(const model::Draft&, Reporter&),
                               const model::Draft& draft) {
  Reporter reporter;
  check(draft, reporter);
  std::vector<unsigned> ids;
  for (const Diagnostic& diagnostic : reporter.diagnostics()) ids.push_back(diagnostic.id);
  return ids;
}

constexpr unsigned kTwo = kTwoRoutes.definition.id;

TEST_CASE("a translation beside what it translates, in one component") {
  DraftBuilder build;
  build.draft.program.modules.emplace_back();
  const MessageId paid = build.event("Paid");
  const MessageId booked = build.event("Booked");
  const ComponentId books = build.component("Books", ComponentKind::handlers);
  const ComponentId audit = build.component("Audit", ComponentKind::handlers);
  build.takes(books, booked);
  build.translate(paid, booked);
  build.takes(audit, paid);
  CHECK(reported(check_double_routes, build.draft).empty());
  build.takes(books, paid);
  CHECK(reported(check_double_routes, build.draft) == std::vector<unsigned>{kTwo});
}

TEST_CASE("two chains of translations that end in one message") {
  DraftBuilder build;
  build.draft.program.modules.emplace_back();
  const MessageId a = build.event("A");
  const MessageId b = build.event("B");
  const MessageId c = build.event("C");
  build.takes(build.component("End", ComponentKind::handlers), c);
  build.translate(a, b);
  build.translate(b, c);
  CHECK(reported(check_double_routes, build.draft).empty());
  build.translate(a, c);
  CHECK(reported(check_double_routes, build.draft) == std::vector<unsigned>{kTwo});
}

TEST_CASE("a circle of translations ends, and a long chain is followed for a while") {
  DraftBuilder build;
  build.draft.program.modules.emplace_back();
  const MessageId first = build.event("First");
  MessageId last = first;
  for (int i = 0; i < 5000; ++i) {
    const MessageId next = build.event("Next");
    build.translate(last, next);
    last = next;
  }
  build.translate(last, first);
  build.takes(build.component("End", ComponentKind::handlers), last);
  CHECK(reported(check_double_routes, build.draft).empty());
}

TEST_CASE("a publisher belongs to one service, whoever uses it") {
  DraftBuilder build;
  build.draft.program.modules.emplace_back();
  const MessageId paid = build.event("Paid");
  build.draft.program.publishers.emplace_back().name = "partner_x";
  const ComponentId mail = build.component("Mail", ComponentKind::handlers);
  const EndpointId user = build.takes(mail, paid);
  build.draft.program.endpoints[static_cast<std::uint32_t>(user)].uses = {model::PublisherId{0}};
  const ComponentId forward = build.component("forward Paid", ComponentKind::forward);
  build.takes(forward, paid);
  model::Forward made;
  made.component = forward;
  made.publishers = {model::PublisherId{0}};
  build.draft.program.forwards.push_back(made);
  build.service("mail", {mail, forward});
  CHECK(reported(check_one_service, build.draft).empty());
  CHECK(model::publisher_services(build.draft.program).at(0) == model::ServiceId{0});
  const ComponentId rich = build.component("Rich", ComponentKind::handlers);
  const EndpointId other = build.takes(rich, paid);
  build.draft.program.endpoints[static_cast<std::uint32_t>(other)].uses = {model::PublisherId{0}};
  build.service("other", {rich});
  CHECK(reported(check_one_service, build.draft) ==
        std::vector<unsigned>{kPublisherInTwoServices.definition.id});
}

TEST_CASE("a slip's steps are of its service") {
  DraftBuilder build;
  build.draft.program.modules.emplace_back();
  const MessageId start = build.event("Start");
  const ComponentId steps = build.component("Lead", ComponentKind::steps);
  const EndpointId match = build.takes(steps, start);
  const ComponentId slip = build.component("Distribution", ComponentKind::orchestrator);
  model::Orchestrator orchestrator;
  orchestrator.component = slip;
  orchestrator.items.push_back({match, std::nullopt, false, {FileId{0}, 1, 2}});
  build.draft.program.orchestrators.push_back(orchestrator);
  build.service("one", {steps, slip});
  CHECK(reported(check_steps_at_home, build.draft).empty());
  build.draft.program.services[0].components = {steps};
  build.service("two", {slip});
  CHECK(reported(check_steps_at_home, build.draft) ==
        std::vector<unsigned>{kStepElsewhere.definition.id});
}

}  // namespace
}  // namespace flowc
