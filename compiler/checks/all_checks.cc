#include "checks/checks.h"

namespace flowc {

void check_program(const model::Draft& draft, Reporter& reporter) {
  check_keys(draft, reporter);
  check_wire_names(draft, reporter);
  check_unused_types(draft, reporter);
  check_depths(draft, reporter);
  check_handler_counts(draft, reporter);
  check_event_flow(draft, reporter);
  check_channel_use(draft, reporter);
  check_publisher_use(draft, reporter);
  check_endpoint_ids(draft, reporter);
  check_services(draft, reporter);
  check_calls_across_services(draft, reporter);
  check_one_service(draft, reporter);
  check_steps_at_home(draft, reporter);
  check_words_of_services(draft, reporter);
  check_double_routes(draft, reporter);
  check_results(draft, reporter);
  check_unit_of_work_cycles(draft, reporter);
  check_ordering(draft, reporter);
  check_steps(draft, reporter);
  check_slips(draft, reporter);
  check_sagas(draft, reporter);
  check_starts(draft, reporter);
  check_policies(draft, reporter);
  check_old_ids(draft, reporter);
  check_loops(draft, reporter);
  check_retry_times(draft, reporter);
  check_deployments(draft, reporter);
  check_routes(draft, reporter);
  check_scenarios(draft, reporter);
  check_naming(draft, reporter);
}

}  // namespace flowc
