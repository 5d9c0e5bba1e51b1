#include "store/sqlite/names.h"

#include <fmt/format.h>

#include <array>
#include <string_view>

namespace flow::sqlite {

namespace {

constexpr std::array<std::string_view, 4> kBeside{"-wal", "-shm", "-journal", "-flow"};

Error special(const std::string& path, std::string_view why) {
  return {Category::bug, "path_special", fmt::format("the store's path `{}` {}", path, why)};
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

}  // namespace flow::sqlite
