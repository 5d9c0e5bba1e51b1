#include "input/csv.h"

#include <utility>

namespace shop {
namespace {

constexpr int kEnd = -1;

}  // namespace

CsvReader::CsvReader(std::streambuf& bytes) : bytes_(bytes) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  while (pending_.size() < kByteOrderMark.size()) {
    const int c = bytes_.sbumpc();
    if (c == std::streambuf::traits_type::eof()) break;
    pending_ += static_cast<char>(c);
  }
  if (pending_ == kByteOrderMark) pending_.clear();
}

int CsvReader::get() {
  int c = kEnd;
  if (pending_at_ < pending_.size()) {
    c = static_cast<unsigned char>(pending_[pending_at_++]);
  } else {
    c = bytes_.sbumpc();
    if (c == std::streambuf::traits_type::eof()) return kEnd;
  }
  raw_ += static_cast<char>(c);
  if (c == '\n') ++line_;
  return c;
}

bool CsvReader::next(CsvRecord& record) {
  do {
    record.line = line_;
    record.fields.clear();
    record.fault.clear();
    raw_.clear();
    while (read_field(record)) {
    }
    if (raw_.empty()) return false;
    if (!record.fault.empty()) resume_after_first_line(record);
  } while (record.fields.size() == 1 && record.fields[0].empty() && record.fault.empty());
  return true;
}

// Reads one field and what ends it. True when another field follows.
bool CsvReader::read_field(CsvRecord& record) {
  std::string field;
  int c = get();
  if (c == '"') {
    if (!read_quoted(record, field)) {
      record.fields.push_back(std::move(field));
      return false;
    }
    c = get();
    if (c == '\r') c = get();
    if (c != ',' && c != '\n' && c != kEnd) {
      record.fault = "text after a closing quote";
    }
  }
  while (c != ',' && c != '\n' && c != kEnd) {
    field += static_cast<char>(c);
    if (raw_.size() > kRecordBytesMax) {
      record.fault = "a line of more than 64 KiB";
      break;
    }
    c = get();
  }
  if (c != ',' && field.ends_with('\r')) field.pop_back();
  record.fields.push_back(std::move(field));
  return c == ',' && record.fault.empty();
}

// After the opening quote. False when the field never ends.
bool CsvReader::read_quoted(CsvRecord& record, std::string& field) {
  for (;;) {
    const int c = get();
    if (c == kEnd || raw_.size() > kRecordBytesMax) {
      record.fault = "a quote that is not closed";
      return false;
    }
    if (c == '"') {
      const int peeked = pending_at_ < pending_.size()
                             ? static_cast<unsigned char>(pending_[pending_at_])
                             : bytes_.sgetc();
      if (peeked != '"') return true;
      get();
    }
    field += static_cast<char>(c);
  }
}

// One bad line must not swallow those after it: what was read past its end is read again. What is
// left of an overlong line is skipped.
void CsvReader::resume_after_first_line(CsvRecord& record) {
  std::size_t end = raw_.find('\n');
  if (end == std::string::npos) {
    int c = get();
    while (c != '\n' && c != kEnd) {
      raw_.clear();
      c = get();
    }
    return;
  }
  pending_ = raw_.substr(end + 1) + pending_.substr(pending_at_);
  pending_at_ = 0;
  line_ = record.line + 1;
}

bool is_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t size = lead < 0x80   ? 1
                             : lead < 0xC2 ? 0
                             : lead < 0xE0 ? 2
                             : lead < 0xF0 ? 3
                             : lead < 0xF5 ? 4
                                           : 0;
    if (size == 0 || i + size > text.size()) return false;
    for (std::size_t k = 1; k < size; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      unsigned low = 0x80, high = 0xBF;
      if (k == 1 && lead == 0xE0) low = 0xA0;
      if (k == 1 && lead == 0xED) high = 0x9F;
      if (k == 1 && lead == 0xF0) low = 0x90;
      if (k == 1 && lead == 0xF4) high = 0x8F;
      if (byte < low || byte > high) return false;
    }
    i += size;
  }
  return true;
}

}  // namespace shop
