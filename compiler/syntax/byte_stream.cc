#include "syntax/byte_stream.h"

#include <algorithm>

namespace flowc {

void ByteStream::consume() {
  if (at_ < text_.size()) ++at_;
}

size_t ByteStream::LA(ssize_t ahead) {
  const ssize_t at = static_cast<ssize_t>(at_) + ahead - (ahead > 0 ? 1 : 0);
  if (ahead == 0 || at < 0 || at >= static_cast<ssize_t>(text_.size()))
    return antlr4::IntStream::EOF;
  return static_cast<unsigned char>(text_[static_cast<std::size_t>(at)]);
}

void ByteStream::seek(size_t index) {
  at_ = std::min(index, text_.size());
}

std::string ByteStream::getText(const antlr4::misc::Interval& interval) {
  if (interval.a < 0 || interval.b < interval.a) return {};
  const auto begin = static_cast<std::size_t>(interval.a);
  if (begin >= text_.size()) return {};
  return std::string(text_.substr(begin, static_cast<std::size_t>(interval.b) - begin + 1));
}

}  // namespace flowc
