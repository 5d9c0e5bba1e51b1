#include <string_view>

#include "format/format.h"
#include "format/pieces.h"

namespace flowc {
namespace {

/// Goes through a file's comments and words, without its commas.
class Words {
 public:
  Words(const Layout& layout, const SourceMap& sources) : layout_(layout), sources_(sources) {}

  struct Word {
    std::string_view text;
    bool comment = false;
    bool documentation = false;
    Begins begins = Begins::nothing;
    Opens opens = Opens::nothing;
    friend bool operator==(const Word&, const Word&) = default;
  };

  bool at_end() const { return token_ == layout_.tokens.size(); }

  Word next() {
    while (true) {
      const LayoutToken& token = layout_.tokens[token_];
      if (token.comments + comment_ < token.comments_end) {
        const LayoutComment& comment = layout_.comments[token.comments + comment_++];
        std::string_view text = sources_.text(comment.span);
        text = text.substr(0, text.find_last_not_of(" \t\r") + 1);
        return {text, true, comment.documentation && !comment.trailing};
      }
      ++token_;
      comment_ = 0;
      const std::string_view text = sources_.text(token.span);
      // The end of the file is a word of its own, so that there is one to give.
      if (text != ",") return {text, false, false, token.begins, token.opens};
    }
  }

 private:
  const Layout& layout_;
  const SourceMap& sources_;
  std::size_t token_ = 0;
  std::uint32_t comment_ = 0;
};

}  // namespace

bool same_words(const Layout& left, const SourceMap& left_sources, const Layout& right,
                const SourceMap& right_sources) {
  Words a(left, left_sources);
  Words b(right, right_sources);
  while (!a.at_end() && !b.at_end()) {
    if (a.next() != b.next()) return false;
  }
  return a.at_end() && b.at_end();
}

}  // namespace flowc
