#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace flowc {

void assertion_failed(const char* condition, const char* file, int line) {
  std::fprintf(stderr, "flowc: a bug in flowc, please report it: %s (%s:%d)\n", condition, file,
               line);
  std::fflush(stderr);
  std::abort();
}

}  // namespace flowc
