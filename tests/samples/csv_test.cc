#include "input/csv.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

namespace {

using Rows = std::vector<std::vector<std::string>>;

struct Read {
  Rows rows;
  std::vector<std::uint64_t> lines;
  std::vector<std::string> faults;
};

Read read(const std::string& text) {
  std::istringstream stream{text};
  shop::CsvReader reader{*stream.rdbuf()};
  Read result;
  shop::CsvRecord record;
  while (reader.next(record)) {
    if (record.fault.empty()) {
      result.rows.push_back(record.fields);
      result.lines.push_back(record.line);
    } else {
      result.faults.push_back(std::to_string(record.line) + ": " + record.fault);
    }
  }
  return result;
}

}  // namespace

TEST_CASE("plain fields, empty ones, and a last line without an end") {
  CHECK(read("a,b\n,\nc,d").rows == Rows{{"a", "b"}, {"", ""}, {"c", "d"}});
  CHECK(read("").rows.empty());
  CHECK(read("a,").rows == Rows{{"a", ""}});
}

TEST_CASE("quoted fields hold commas, quotes and line ends") {
  const Read result = read("a,\"b, c\",\"say \"\"hi\"\"\",\"two\nlines\"\n\"\",x\n");
  CHECK(result.rows == Rows{{"a", "b, c", "say \"hi\"", "two\nlines"}, {"", "x"}});
  CHECK(result.lines == std::vector<std::uint64_t>{1, 3});
}

TEST_CASE("a byte order mark, CRLF and empty lines are accepted") {
  CHECK(read("\xEF\xBB\xBF"
             "a,b\r\n\r\n\"c\",\"d\"\r\n\n")
            .rows == Rows{{"a", "b"}, {"c", "d"}});
}

TEST_CASE("a quote inside a plain field is text") {
  CHECK(read("6\" pan,Bon app'\n").rows == Rows{{"6\" pan", "Bon app'"}});
}

TEST_CASE("a quote that is not closed costs its own line only") {
  const Read result = read("a,b\nx,\"never closed\nc,d\ne,f\n");
  CHECK(result.faults == std::vector<std::string>{"2: a quote that is not closed"});
  CHECK(result.rows == Rows{{"a", "b"}, {"c", "d"}, {"e", "f"}});
  CHECK(result.lines == std::vector<std::uint64_t>{1, 3, 4});
}

TEST_CASE("text after a closing quote is a fault, and the next line is read") {
  const Read result = read("\"a\"b,c\nd,e\n");
  CHECK(result.faults == std::vector<std::string>{"1: text after a closing quote"});
  CHECK(result.rows == Rows{{"d", "e"}});
  CHECK(result.lines == std::vector<std::uint64_t>{2});
}

TEST_CASE("an overlong line is skipped without being kept") {
  const std::string long_line(3 * shop::CsvReader::kRecordBytesMax, 'x');
  const Read result = read("a\n" + long_line + "\nb\n\"" + long_line + "\nc\n");
  CHECK(result.faults ==
        std::vector<std::string>{"2: a line of more than 64 KiB", "4: a quote that is not closed"});
  CHECK(result.rows == Rows{{"a"}, {"b"}, {"c"}});
  CHECK(result.lines == std::vector<std::uint64_t>{1, 3, 5});
}

TEST_CASE("UTF-8 is told from what is not") {
  CHECK(shop::is_utf8("Münster, Łódź, 東京, 🍞"));
  CHECK_FALSE(shop::is_utf8("Caf\xE9"));
  CHECK_FALSE(shop::is_utf8("\xC0\xAF"));          // overlong
  CHECK_FALSE(shop::is_utf8("\xED\xA0\x80"));      // a surrogate
  CHECK_FALSE(shop::is_utf8("\xF4\x90\x80\x80"));  // past the last code point
  CHECK_FALSE(shop::is_utf8("\xE2\x82"));          // cut off
}
