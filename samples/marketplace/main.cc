// The marketplace: `simulate` and `generate` are this sample's own, all other commands are those of
// every flow service (run, send, channels, dead-letters, …).
#include <exception>
#include <iostream>
#include <string>
#include <string_view>
#include <vector>

#include "flow/service.h"
#include "handlers/analytics.h"
#include "handlers/matching.h"
#include "handlers/notification.h"
#include "handlers/orders.h"
#include "input/source.h"
#include "marketplace.flow.h"
#include "simulate/options.h"
#include "simulate/simulate.h"

namespace {

// What every flow service's main is: the handlers, the service, flow::main.
int serve(int argc, char** argv) {
  shop::Orders orders;
  shop::Notification notification{"receipts"};
  shop::Matching matching;
  shop::Analytics analytics;
  marketplace::MarketplaceService service{{.orders = orders,
                                           .customer_notification = notification,
                                           .provider_matching = matching,
                                           .analytics = analytics}};
  return flow::main(service, argc, argv);
}

int simulate_or_generate(const std::string& command, const std::vector<std::string>& arguments) {
  if (arguments == std::vector<std::string>{"--help"}) {
    std::cout << shop::kUsage;
    return 0;
  }
  try {
    if (command == "simulate") return shop::simulate(shop::parse_simulate(arguments), std::cout);
    const auto options = shop::parse_generate(arguments);
    shop::write_folder(shop::GeneratedSource{shop::Generator{options.generator}}, options.folder);
    return 0;
  } catch (const shop::UsageError& wrong) {
    std::cerr << "marketplace: " << wrong.what() << " (marketplace simulate --help)\n";
    return 2;
  } catch (const std::exception& failed) {
    std::cerr << "marketplace: " << failed.what() << '\n';
    return 1;
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "simulate" || command == "generate") {
    return simulate_or_generate(command, {argv + 2, argv + argc});
  }
  if (command.empty() || command == "--help") std::cout << shop::kUsage << '\n';
  return serve(argc, argv);
}
