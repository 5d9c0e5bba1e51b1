#include "store/sqlite/names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace flow::sqlite {

namespace {

constexpr std::array<std::string_view, 4> kBeside{"-wal", "-shm", "-journal", "-flow"};

Error special(const std::string& path, std::string_view why) {
  return {Category::bug, "path_special", fmt::format("the store's path `{}` {}", path, why)};
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool in_word(char c) {
  return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         (static_cast<unsigned char>(c) & 0x80) != 0;
}

// Where what begins at `from` ends: a comment or a quoted name or text.
std::size_t end_of(std::string_view sql, std::size_t from, std::string_view end) {
  const std::size_t at = sql.find(end, from);
  return at == std::string_view::npos ? sql.size() : at + end.size();
}

// Names and keywords in lower case, quoted or not, without comments and texts.
std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> words;
  std::size_t at = 0;
  while (at < sql.size()) {
    const char c = sql[at];
    std::size_t begin = at, end = at + 1;
    if (sql.substr(at).starts_with("--")) {
      at = end_of(sql, at, "\n");
      continue;
    }
    if (sql.substr(at).starts_with("/*")) {
      at = end_of(sql, at + 2, "*/");
      continue;
    }
    if (c == '\'') {
      at = end_of(sql, at + 1, "'");
      continue;
    }
    if (c == '"' || c == '`' || c == '[') {
      begin = at + 1;
      at = end_of(sql, begin, c == '[' ? "]" : std::string_view{&c, 1});
      end = at > begin ? at - 1 : begin;
    } else if (in_word(c)) {
      while (end < sql.size() && in_word(sql[end])) ++end;
      at = end;
    } else {
      ++at;
      continue;
    }
    std::string& word = words.emplace_back(sql.substr(begin, end - begin));
    for (char& letter : word) letter = lower(letter);
  }
  return words;
}

}  // namespace

Result<void> check_name(const std::string& path) {
  if (path.empty()) return special(path, "is empty: give it the path of a file");
  if (path.find('\0') != std::string::npos) {
    return special(path.substr(0, path.find('\0')),
                   "has a zero byte in it: give it the path of a file");
  }
  if (path == ":memory:") {
    return special(path,
                   "is SQLite's name for a database that ends with its connection: deploy on "
                   "`memory` for a store without a file, or give the path of a file");
  }
  if (path.front() == ':') {
    return special(path, fmt::format("begins with `:`, which SQLite keeps for names of its own: "
                                     "write `./{}` if the file is called so",
                                     path));
  }
  if (path.starts_with("file:")) {
    return special(path, "is a URI: give the path of the file alone, without `file:` and settings");
  }
  for (const std::string_view ending : kBeside) {
    if (!path.ends_with(ending)) continue;
    return special(path, fmt::format("ends in `{}`, as a file does that is kept beside a store: "
                                     "give the store another name",
                                     ending));
  }
  return {};
}

Result<void> check_tables(Database& database) {
  const auto foreign = [&](const std::string& what) {
    return Error{Category::bug, "foreign_tables",
                 fmt::format("{}: {}; names that begin with flow_ are the store's: rename the "
                             "table, or give the store a file of its own",
                             database.path(), what)};
  };
  Run meta = database.query(
      "SELECT group_concat(c.name), count(*) FROM sqlite_master AS t, pragma_table_info(t.name) AS "
      "c WHERE t.type = 'table' AND t.name = 'flow_meta'");
  if (!meta.next()) return meta.error();
  if (meta.integer(1) != 0) {
    const std::string columns{meta.text(0)};
    if (columns == "name,value") return {};
    return foreign("its table flow_meta is another program's (its columns are " + columns + ")");
  }
  Run other = database.query(
      "SELECT min(type || ' ' || name) FROM sqlite_master WHERE name LIKE 'flow\\_%' ESCAPE '\\'");
  if (!other.next()) return other.error();
  if (other.is_null(0)) return {};
  return foreign(fmt::format("it is no store of ours, but has the {}", other.text(0)));
}

Result<void> check_definition(std::string_view sql, const std::vector<std::string>& own_tables) {
  const std::vector<std::string> words = words_of(sql);
  for (std::size_t i = 1; i < words.size(); ++i) {
    if (!words[i].starts_with("flow_")) continue;
    const bool refers = words[i - 1] == "references";
    const bool renames = words[i - 1] == "to" && i > 1 && words[i - 2] == "rename";
    if (!refers && !renames && std::ranges::find(own_tables, words[i]) == own_tables.end())
      continue;
    return Error{Category::bug, "sql_refused",
                 fmt::format("{}: tables named flow_… are the store's own, and nothing of a "
                             "service's may be tied to them",
                             words[i])};
  }
  return {};
}

}  // namespace flow::sqlite
