#include "flow/host.h"

#include <algorithm>
#include <map>
#include <utility>

#include "engine/store.h"

namespace flow {

Result<std::vector<DeadLetterCount>> Host::dead_letter_counts() {
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts;
  DeadLetterFilter filter;
  filter.payloads = false;
  filter.limit = 1000;
  for (;;) {
    auto page = store().dead_letters(filter);
    if (!page) return page.error();
    if (page->empty()) break;
    if (page->front().id <= filter.after_id) {
      return Error{Category::bug, "no_paging", "the store gave a page of dead letters twice"};
    }
    for (DeadLetter& letter : *page) {
      filter.after_id = std::max(filter.after_id, letter.id);
      ++counts[{std::move(letter.endpoint), std::move(letter.reason)}];
    }
  }
  std::vector<DeadLetterCount> sorted;
  for (const auto& [what, count] : counts) sorted.push_back({what.first, what.second, count});
  std::stable_sort(
      sorted.begin(), sorted.end(),
      [](const DeadLetterCount& a, const DeadLetterCount& b) { return a.count > b.count; });
  return sorted;
}

}  // namespace flow
