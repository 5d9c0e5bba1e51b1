#include <doctest/doctest.h>

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "compiler/format_oracle.h"

namespace {

using namespace flowc;
using format_oracle::complaint;

/// Offsets where one word or sign of a file ends and the next has not begun.
std::vector<std::size_t> gaps(const std::string& text) {
  SourceMap sources;
  Reporter reporter;
  const FileId file = sources.add("test.flow", text);
  std::vector<std::size_t> out;
  const auto layout = read_layout(file, sources, reporter);
  if (!layout) return out;
  for (const LayoutToken& token : layout->tokens) out.push_back(token.span.begin);
  return out;
}

/// The declarations of a file, each as a file of its own: small ones tell more, and faster.
std::vector<std::string> declarations(const std::string& text) {
  SourceMap sources;
  Reporter reporter;
  const FileId file = sources.add("test.flow", text);
  std::vector<std::string> out;
  const auto layout = read_layout(file, sources, reporter);
  if (!layout) return out;
  std::size_t begin = text.size();
  for (const LayoutToken& token : layout->tokens) {
    const bool ends = token.span.begin == text.size();
    if (!ends && token.begins != Begins::declaration) continue;
    if (begin < token.span.begin) {
      const std::string one = text.substr(begin, token.span.begin - begin);
      out.push_back(one.starts_with("module") ? one : "module m\n" + one);
    }
    begin = token.span.begin;
  }
  return out;
}

/// `text` with pieces of what is no word put in at random places.
std::string mutated(const std::string& text, const std::vector<std::size_t>& places,
                    std::mt19937& random, std::size_t count) {
  const std::vector<std::string> pieces{" ",
                                        "   ",
                                        "\t",
                                        "\n",
                                        "\n\n\n",
                                        "\n   ",
                                        " // c\n   ",
                                        "//\n    ",
                                        "\n// own\n ",
                                        "\n/// doc\n  ",
                                        " /// d\n ",
                                        "\r\n  ",
                                        "\n  // a\n\n  // b\n\n  "};
  const auto below = [&random](std::size_t bound) {
    return static_cast<std::size_t>(random() % bound);
  };
  std::vector<std::string> put(places.size());
  for (std::size_t i = 0; i < count; ++i) put[below(places.size())] += pieces[below(pieces.size())];
  std::string out;
  std::size_t done = 0;
  for (std::size_t i = 0; i < places.size(); ++i) {
    out.append(text, done, places[i] - done);
    out += put[i];
    done = places[i];
  }
  out.append(text, done);
  return out;
}

bool is_name(std::string_view text) {
  return text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_") ==
         std::string_view::npos;
}

/// `text` with other words of the language for some of its names, and with commas and line breaks
/// for some of the blanks.
std::string reworded(const std::string& text, const std::vector<std::string>& words,
                     std::mt19937& random) {
  SourceMap sources;
  Reporter reporter;
  const FileId file = sources.add("test.flow", text);
  const auto layout = read_layout(file, sources, reporter);
  std::string out;
  for (std::size_t i = 0; layout && i < layout->tokens.size(); ++i) {
    const std::string_view token = sources.text(layout->tokens[i].span);
    const std::uint32_t chance = static_cast<std::uint32_t>(random() % 24);
    out += chance < 2 && is_name(token) ? words[random() % words.size()] : std::string(token);
    out += chance == 2 ? " , " : chance == 3 ? "\n  " : " ";
    const bool ends =
        i + 1 < layout->tokens.size() && layout->tokens[i + 1].begins == Begins::declaration;
    if (ends) out += '\n';
  }
  return out;
}

}  // namespace

TEST_CASE("comments and blank space at every place of the language survive") {
  std::size_t formatted = 0;
  std::size_t all = 0;
  for (const auto& [path, text] : format_oracle::samples({"tests/syntax", "tests/format"})) {
    for (const std::string& declaration : declarations(text)) {
      for (const std::size_t place : gaps(declaration)) {
        for (const char* piece : {" // c\n    ", "\n    ", "\n    /// d\n    "}) {
          const std::string changed = std::string(declaration).insert(place, piece);
          CAPTURE(changed);
          REQUIRE(complaint(changed, &formatted) == "");
          ++all;
        }
      }
    }
  }
  CHECK(formatted > all * 9 / 10);
}

TEST_CASE("files with comments and blank space put in at random keep their meaning") {
  std::size_t formatted = 0;
  std::size_t all = 0;
  for (const auto& [path, text] :
       format_oracle::samples({"tests/syntax", "tests/format", "samples", "tests/golden"})) {
    const std::vector<std::size_t> places = gaps(text);
    if (places.empty()) continue;
    for (std::uint32_t seed = 0; seed < 15; ++seed) {
      std::mt19937 random(seed);
      const std::string changed = mutated(text, places, random, 1 + seed % 12);
      CAPTURE(path);
      CAPTURE(seed);
      REQUIRE(complaint(changed, &formatted) == "");
      ++all;
    }
  }
  CHECK(formatted > all / 2);
}

TEST_CASE("any word as any name, and commas anywhere, mean the same when they are formatted") {
  const std::string grammar =
      format_oracle::contents(std::string(FLOW_SOURCE_DIR) + "/grammar/FlowLexer.g4");
  std::vector<std::string> words;
  for (std::size_t at = grammar.find(": '"); at != std::string::npos;
       at = grammar.find(": '", at + 1)) {
    const std::string word = grammar.substr(at + 3, grammar.find('\'', at + 3) - at - 3);
    if (is_name(word)) words.push_back(word);
  }
  REQUIRE(words.size() > 80);
  const char* more = std::getenv("FLOW_SEEDS");
  const std::uint32_t seeds = more == nullptr ? 10 : static_cast<std::uint32_t>(std::stoul(more));
  std::size_t formatted = 0;
  for (const auto& [path, text] : format_oracle::samples({"tests/syntax", "tests/format"})) {
    for (const std::string& declaration : declarations(text)) {
      for (std::uint32_t seed = 0; seed < seeds; ++seed) {
        std::mt19937 random(seed);
        const std::string changed = reworded(declaration, words, random);
        CAPTURE(changed);
        REQUIRE(complaint(changed, &formatted) == "");
      }
    }
  }
  CHECK(formatted > 200);
}
