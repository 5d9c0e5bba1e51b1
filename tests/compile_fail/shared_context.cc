// One handler's context does not pass for another's.
// expect-compile-error(gcc): invalid initialization of reference of type 'golden::handlers::Orders::PlaceContext&'
// expect-compile-error(clang): no matching function for call to 'place'
#include "handlers.flow.h"

namespace h = golden::handlers;

void place(h::Orders::PlaceContext& context);
void count(h::Orders::CountContext& context) {
  place(context);
}
