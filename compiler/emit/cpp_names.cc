#include "emit/cpp_names.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <span>

namespace flowc::cpp {

namespace {

// Sorted: searched by bisection, and a static_assert below holds them to it.
constexpr std::array<std::string_view, 93> kKeywords = {
    "alignas",       "alignof",     "and",
    "and_eq",        "asm",         "auto",
    "bitand",        "bitor",       "bool",
    "break",         "case",        "catch",
    "char",          "char16_t",    "char32_t",
    "char8_t",       "class",       "co_await",
    "co_return",     "co_yield",    "compl",
    "concept",       "const",       "const_cast",
    "consteval",     "constexpr",   "constinit",
    "continue",      "decltype",    "default",
    "delete",        "do",          "double",
    "dynamic_cast",  "else",        "enum",
    "explicit",      "export",      "extern",
    "false",         "float",       "for",
    "friend",        "goto",        "if",
    "inline",        "int",         "long",
    "mutable",       "namespace",   "new",
    "noexcept",      "not",         "not_eq",
    "nullptr",       "operator",    "or",
    "or_eq",         "private",     "protected",
    "public",        "register",    "reinterpret_cast",
    "requires",      "return",      "short",
    "signed",        "sizeof",      "static",
    "static_assert", "static_cast", "struct",
    "switch",        "template",    "this",
    "thread_local",  "throw",       "true",
    "try",           "typedef",     "typeid",
    "typename",      "typeof",      "union",
    "unsigned",      "using",       "virtual",
    "void",          "volatile",    "wchar_t",
    "while",         "xor",         "xor_eq"};

// What the C library and the platform define as macros under names that a .flow file may well use.
constexpr std::array<std::string_view, 72> kMacros = {
    "BUFSIZ",    "CHAR_BIT", "CHAR_MAX",     "CHAR_MIN",     "CLOCKS_PER_SEC",
    "DOMAIN",    "E2BIG",    "EACCES",       "EAGAIN",       "EBUSY",
    "EDOM",      "EEXIST",   "EINTR",        "EINVAL",       "EIO",
    "ENOENT",    "ENOMEM",   "EOF",          "EOVERFLOW",    "EPERM",
    "EPIPE",     "ERANGE",   "EXIT_FAILURE", "EXIT_SUCCESS", "FILENAME_MAX",
    "FOPEN_MAX", "HUGE_VAL", "INFINITY",     "INT_MAX",      "INT_MIN",
    "LC_ALL",    "LONG_MAX", "LONG_MIN",     "MB_CUR_MAX",   "NAN",
    "NULL",      "OVERFLOW", "PATH_MAX",     "RAND_MAX",     "SEEK_CUR",
    "SEEK_END",  "SEEK_SET", "SIGABRT",      "SIGFPE",       "SIGILL",
    "SIGINT",    "SIGKILL",  "SIGSEGV",      "SIGTERM",      "SIZE_MAX",
    "SSIZE_MAX", "TMP_MAX",  "UINT_MAX",     "UNDERFLOW",    "assert",
    "errno",     "i386",     "linux",        "major",        "makedev",
    "minor",     "offsetof", "setjmp",       "sigmask",      "stderr",
    "stdin",     "stdout",   "unix",         "va_arg",       "va_end",
    "va_list",   "va_start"};

// What generated code declares or names in a module's namespace, and its local variables: a type of
// that name would be hidden by them.
constexpr std::array<std::string_view, 33> kOwnNames = {
    "bus",          "command",    "components", "context",   "decode", "encode", "event",
    "fields",       "flow",       "handlers",   "handling",  "in",     "input",  "kChannels",
    "kDeployments", "kEndpoints", "kMessages",  "kServices", "left",   "object", "options",
    "out",          "outlet",     "print",      "query",     "record", "result", "right",
    "sql",          "std",        "to_string",  "value",     "work"};

// What the headers of C and POSIX declare in the global scope, where a module's namespace stands as
// well: of their two thousand names, those that are words.
constexpr std::array<std::string_view, 163> kGlobalNames = {
    "abort",    "abs",       "accept",    "access",    "acct",        "alarm",   "atexit",
    "bind",     "brk",       "bsearch",   "calloc",    "ceil",        "chdir",   "chmod",
    "chown",    "chroot",    "clock",     "clone",     "close",       "connect", "cos",
    "crypt",    "ctime",     "daemon",    "daylight",  "dirent",      "div",     "drem",
    "dup",      "endorder",  "entry",     "environ",   "exit",        "exp",     "fabs",
    "finite",   "flock",     "floor",     "fork",      "free",        "fsync",   "gamma",
    "getdate",  "getline",   "getw",      "htonl",     "htons",       "hypot",   "index",
    "insque",   "iovec",     "isatty",    "kill",      "ldiv",        "leaf",    "linger",
    "link",     "listen",    "log",       "lrand48",   "lseek",       "lstat",   "main",
    "malloc",   "memcpy",    "memset",    "mkdir",     "mknod",       "mmap",    "msghdr",
    "nan",      "nanosleep", "nice",      "ntohl",     "ntohs",       "obstack", "open",
    "optarg",   "opterr",    "optind",    "optopt",    "pause",       "pclose",  "perror",
    "pipe",     "poll",      "popen",     "postorder", "pow",         "pread",   "preorder",
    "printf",   "profil",    "putenv",    "puts",      "pwrite",      "raise",   "rand",
    "random",   "read",      "readahead", "readdir",   "readlink",    "realloc", "recv",
    "remove",   "remque",    "rename",    "revoke",    "rewind",      "rindex",  "rmdir",
    "round",    "scandir",   "scanf",     "select",    "send",        "servent", "setenv",
    "shutdown", "sigaction", "signal",    "signgam",   "significand", "sigval",  "sin",
    "sleep",    "sockaddr",  "socket",    "splice",    "sqrt",        "srand",   "stat",
    "swab",     "symlink",   "sync",      "syscall",   "syslog",      "system",  "tan",
    "tee",      "telldir",   "time",      "timespec",  "timeval",     "timex",   "timezone",
    "tm",       "trunc",     "truncate",  "tzname",    "tzset",       "uint",    "ulong",
    "umask",    "unlink",    "unshare",   "ushort",    "usleep",      "valloc",  "vfork",
    "wait",     "write"};

static_assert(std::is_sorted(kKeywords.begin(), kKeywords.end()));
static_assert(std::is_sorted(kMacros.begin(), kMacros.end()));
static_assert(std::is_sorted(kOwnNames.begin(), kOwnNames.end()));
static_assert(std::is_sorted(kGlobalNames.begin(), kGlobalNames.end()));

bool in_table(std::span<const std::string_view> table, std::string_view name) {
  return std::binary_search(table.begin(), table.end(), name);
}

bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
char to_lower(char c) {
  return is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c;
}
char to_upper(char c) {
  return is_lower(c) ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::string escaped(std::string_view name, Place place) {
  const bool taken = in_table(kKeywords, name) || in_table(kMacros, name) ||
                     (place == Place::declaration && in_table(kOwnNames, name)) ||
                     (place == Place::name_space && (name == "std" || name == "flow"));
  return std::string{name} + (taken ? "_" : "");
}

std::string snake_case(std::string_view name) {
  std::string out;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool after_word = i > 0 && (is_lower(name[i - 1]) || is_digit(name[i - 1]));
    // The last capital of a run begins the next word: HTTPServer is http_server.
    const bool ends_run =
        i > 0 && is_upper(name[i - 1]) && i + 1 < name.size() && is_lower(name[i + 1]);
    if (is_upper(name[i]) && (after_word || ends_run)) out += '_';
    out += to_lower(name[i]);
  }
  return out;
}

std::string camel_case(std::string_view name) {
  std::string out;
  bool begins = true;
  for (const char c : name) {
    if (c == '_') {
      begins = true;
      continue;
    }
    out += begins ? to_upper(c) : c;
    begins = false;
  }
  return out;
}

std::string name_space(std::string_view module) {
  std::string out;
  while (true) {
    const std::size_t dot = module.find('.');
    const std::string_view segment = module.substr(0, dot);
    const std::string name = escaped(segment, Place::name_space);
    out += out.empty() && in_table(kGlobalNames, name) ? name + "_" : name;
    if (dot == std::string_view::npos) return out;
    out += "::";
    module.remove_prefix(dot + 1);
  }
}

std::string output_path(std::string_view source) {
  std::string out;
  while (true) {
    const std::size_t slash = source.find('/');
    const std::string_view part = source.substr(0, slash);
    if (part == "..") {
      out += "__/";
    } else if (slash == std::string_view::npos) {
      return out + std::string{part};
    } else if (!part.empty() && part != ".") {
      out += std::string{part} + "/";
    }
    if (slash == std::string_view::npos) return out;
    source.remove_prefix(slash + 1);
  }
}

std::string string_literal(std::string_view text) {
  std::string out = "\"";
  char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '?' && before == '?') {
      out += "\\?";  // no trigraphs
    } else if (byte < 0x20 || byte == 0x7f) {
      out += fmt::format("\\{:03o}", byte);  // octal, because a hexadecimal escape has no end
    } else {
      out += c;
    }
    before = c;
  }
  out += '"';
  if (text.find('\0') == std::string_view::npos) return out;
  return fmt::format("std::string({}, {})", out, text.size());
}

std::string integer_literal(std::int64_t value) {
  // The most negative number has no literal: -9223372036854775808 is minus applied to a number too
  // large.
  if (value == std::numeric_limits<std::int64_t>::min()) return "-9223372036854775807 - 1";
  return std::to_string(value);
}

std::string double_literal(double value) {
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string Scope::add(std::string name) {
  while (!taken_.insert(name).second) name += '_';
  return name;
}

}  // namespace flowc::cpp
