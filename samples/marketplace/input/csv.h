#pragma once

#include <cstddef>
#include <cstdint>
#include <streambuf>
#include <string>
#include <string_view>
#include <vector>

namespace shop {

/// One record of a CSV file.
struct CsvRecord {
  std::uint64_t line = 0;  ///< where it begins, from 1
  std::vector<std::string> fields;
  std::string fault;  ///< why it is no good CSV; empty: it is
};

/// Reads RFC 4180: fields may be quoted, quoted fields may hold commas, line ends and doubled
/// quotes. Accepts a byte order mark, LF and CRLF; skips empty lines. It holds one record at a
/// time, of at most kRecordBytesMax. After a record with a fault it goes on at the next line. Not
/// thread-safe.
class CsvReader {
 public:
  static constexpr std::size_t kRecordBytesMax = 64 * 1024;

  explicit CsvReader(std::streambuf& bytes);
  /// False at the end of the file.
  bool next(CsvRecord& record);

 private:
  int get();
  bool read_field(CsvRecord& record);
  bool read_quoted(CsvRecord& record, std::string& field);
  void resume_after_first_line(CsvRecord& record);

  std::streambuf& bytes_;
  std::string pending_;  // given back after a fault, read before bytes_
  std::size_t pending_at_ = 0;
  std::string raw_;  // of the record being read
  std::uint64_t line_ = 1;
};

/// Is it UTF-8, without surrogates, overlong forms or anything past U+10FFFF?
bool is_utf8(std::string_view text);

}  // namespace shop
