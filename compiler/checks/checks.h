#pragma once

#include "diagnostics/reporter.h"
#include "model/draft.h"

/// What must hold of a program as a whole. A check reads a draft, which may lack what could not be
/// understood, and says nothing that its doubts could explain. Adding one: a free function in a
/// file by its subject, and a line in all_checks.cc.
namespace flowc {

/// Runs every check. The program is proven when neither this nor the analysis before it reported an
/// error.
void check_program(const model::Draft& draft, Reporter& reporter);

// checks/contract_checks.cc
void check_keys(const model::Draft& draft, Reporter& reporter);
void check_wire_names(const model::Draft& draft, Reporter& reporter);
void check_unused_types(const model::Draft& draft, Reporter& reporter);

// checks/depth_checks.cc
void check_depths(const model::Draft& draft, Reporter& reporter);

// checks/partner_checks.cc
void check_publisher_use(const model::Draft& draft, Reporter& reporter);

// checks/topology_checks.cc
void check_handler_counts(const model::Draft& draft, Reporter& reporter);
void check_event_flow(const model::Draft& draft, Reporter& reporter);
void check_channel_use(const model::Draft& draft, Reporter& reporter);
void check_endpoint_ids(const model::Draft& draft, Reporter& reporter);

// checks/service_checks.cc
void check_services(const model::Draft& draft, Reporter& reporter);
void check_calls_across_services(const model::Draft& draft, Reporter& reporter);

// checks/boundary_checks.cc
void check_one_service(const model::Draft& draft, Reporter& reporter);
void check_steps_at_home(const model::Draft& draft, Reporter& reporter);
void check_words_of_services(const model::Draft& draft, Reporter& reporter);

// checks/routing_checks.cc
void check_routes(const model::Draft& draft, Reporter& reporter);
void check_double_routes(const model::Draft& draft, Reporter& reporter);

// checks/chain_checks.cc
void check_results(const model::Draft& draft, Reporter& reporter);
void check_unit_of_work_cycles(const model::Draft& draft, Reporter& reporter);

// checks/ordering_checks.cc
void check_ordering(const model::Draft& draft, Reporter& reporter);

// checks/policy_checks.cc
void check_policies(const model::Draft& draft, Reporter& reporter);
void check_old_ids(const model::Draft& draft, Reporter& reporter);

// checks/loop_checks.cc
void check_loops(const model::Draft& draft, Reporter& reporter);

// checks/retry_checks.cc
void check_retry_times(const model::Draft& draft, Reporter& reporter);

// checks/slip_checks.cc
void check_steps(const model::Draft& draft, Reporter& reporter);
void check_slips(const model::Draft& draft, Reporter& reporter);

// checks/saga_checks.cc
void check_sagas(const model::Draft& draft, Reporter& reporter);
void check_starts(const model::Draft& draft, Reporter& reporter);

// checks/deploy_checks.cc
void check_deployments(const model::Draft& draft, Reporter& reporter);

// checks/scenario_checks.cc
void check_scenarios(const model::Draft& draft, Reporter& reporter);

// checks/naming_checks.cc
void check_naming(const model::Draft& draft, Reporter& reporter);

}  // namespace flowc
