#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "compiler/mutations.h"
#include "diagnostics/catalog.h"
#include "diagnostics/render_text.h"
#include "syntax/parse.h"

namespace {

using namespace flowc;
using test::line_at;
using test::Piece;
using test::pieces;

const std::string kSample = R"(module marketplace.customer
import "contracts/leads.flow"

record Item { sku: string  quantity: int32 = 1 }
enum Tier { basic  gold  unknown }

/// A customer has paid for an order.
public event OrderPlaced @wire("x.y") {
  key order_id: uuid
  customer:  string  @personal
  items:     [Item]
  tier:      Tier = basic
  coupon:    string? was "cpn"
  labels:    {string: string} = {}
  placed_at: timestamp
}

command StartLeadMatching { key order_id: uuid  items: [Item]  priority: bool = false }
query FindOrder -> Order { order_id: uuid }

channel provider_matching {
  concurrency 8
  ordered by key
  retry now 2, then 6 times exponential 1s..10m jitter 20%
  timeout 30s
  dead_letter keep 30d
  rate 50 per 1s
}

handlers Orders {
  place(PlaceOrder) publishes OrderPlaced, Other.Thing via provider_matching
  find(FindOrder)
  normalise(RawOrder) -> PlaceOrder then place at "x"
  reserve_stock(OrderPlaced) inline
}

service customer { Orders  CustomerNotification  Analytics }

deploy dev {
  store sqlite("flow.db")
}
deploy prod { store main: sqlite(path: env("DB", "x.db")) }
)";

std::vector<Diagnostic> errors_of(const std::string& text, SourceMap& sources) {
  Reporter reporter;
  const FileId file = sources.add("sample.flow", text);
  parse(file, sources, reporter);
  return reporter.diagnostics();
}

}  // namespace

TEST_CASE("the sample is right") {
  SourceMap sources;
  CHECK(render_text(errors_of(kSample, sources), sources) == "");
}

TEST_CASE("deleting any one word or sign gives at most three errors, the first near the place") {
  int silent = 0;
  int more_than_one = 0;
  const std::vector<Piece> all = pieces(kSample);
  for (const Piece& piece : all) {
    std::string text = kSample;
    const std::string deleted = text.substr(piece.begin, piece.end - piece.begin);
    text.erase(piece.begin, piece.end - piece.begin);
    SourceMap sources;
    const std::vector<Diagnostic> errors = errors_of(text, sources);
    CAPTURE(deleted);
    CAPTURE(line_at(kSample, piece.begin));
    CAPTURE(render_text(errors, sources));
    CHECK(errors.size() <= 3);
    if (errors.empty()) {
      ++silent;  // a documentation, a `key`, a list's element: still a sentence
      continue;
    }
    if (errors.size() > 1) ++more_than_one;
    // A `}` that is missing shows where the next declaration begins.
    const std::uint32_t where = line_at(kSample, piece.begin);
    std::uint32_t nearest = 1000;
    for (const Diagnostic& error : errors) {
      for (const std::uint32_t line : {sources.begin(error.span).line}) {
        nearest = std::min(nearest, line > where ? line - where : where - line);
      }
      for (const Label& label : error.labels) {
        const std::uint32_t line = sources.begin(label.span).line;
        nearest = std::min(nearest, line > where ? line - where : where - line);
      }
    }
    CHECK(nearest <= (deleted == "}" ? 4 : 2));
  }
  CHECK(silent < static_cast<int>(all.size()) / 3);
  CHECK(more_than_one <= static_cast<int>(all.size()) / 12);
}

TEST_CASE("doubling any one word or sign gives at most three errors") {
  for (const Piece& piece : pieces(kSample)) {
    std::string text = kSample;
    const std::string doubled = text.substr(piece.begin, piece.end - piece.begin);
    text.insert(piece.begin, doubled + ' ');
    SourceMap sources;
    const std::vector<Diagnostic> errors = errors_of(text, sources);
    CAPTURE(doubled);
    CAPTURE(line_at(kSample, piece.begin));
    CAPTURE(render_text(errors, sources));
    CHECK(errors.size() <= 3);
  }
}

TEST_CASE("cutting the file anywhere neither crashes nor cascades") {
  for (std::size_t size = 0; size < kSample.size(); ++size) {
    SourceMap sources;
    const std::vector<Diagnostic> errors = errors_of(kSample.substr(0, size), sources);
    CAPTURE(kSample.substr(size > 40 ? size - 40 : 0, std::min<std::size_t>(size, 40)));
    CAPTURE(render_text(errors, sources));
    CHECK(errors.size() <= 3);
  }
}

TEST_CASE("errors before and after a mistake are all found, in every construct") {
  const std::vector<std::string> broken{"record { a: int32 }",
                                        "event E { key key : }",
                                        "enum E { a = 3 }",
                                        "channel c { retry maybe }",
                                        "handlers H { a B) }",
                                        "service s { 12 }",
                                        "deploy d { store : }",
                                        "command C { x: [int32 }",
                                        "query Q -> { }",
                                        "import here",
                                        "steps { }",
                                        "saga S { key k uuid }",
                                        "orchestrator O(C) { within 3h else }",
                                        "publisher p { topic }",
                                        "forward E to",
                                        "translate E ->",
                                        "translate E -> C { id = }",
                                        "upcast E v1 -> { }",
                                        "scenario \"s\" { advance }",
                                        "event E {"};
  for (const std::string& one : broken) {
    SourceMap sources;
    const std::vector<Diagnostic> errors =
        errors_of("module m\nrecord A { x int32 }\n" + one + "\nrecord B { y int32 }\n", sources);
    CAPTURE(one);
    CAPTURE(render_text(errors, sources));
    const auto on_line = [&](std::uint32_t line) {
      return std::any_of(errors.begin(), errors.end(), [&](const Diagnostic& error) {
        return sources.begin(error.span).line == line;
      });
    };
    CHECK(on_line(2));
    CHECK(on_line(4));
    CHECK(errors.size() >= 3);
    CHECK(errors.size() <= 5);
  }
}
