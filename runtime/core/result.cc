#include "flow/result.h"

namespace flow {

std::string_view to_string(Category category) noexcept {
  switch (category) {
    case Category::transient:
      return "transient";
    case Category::busy:
      return "busy";
    case Category::fenced:
      return "fenced";
    case Category::poison:
      return "poison";
    case Category::rejected:
      return "rejected";
    case Category::bug:
      return "bug";
  }
  return "unknown";
}

}  // namespace flow
