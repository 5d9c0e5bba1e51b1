#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <vector>

#include "flow/limits.h"
#include "observe/log.h"
#include "observe/metrics.h"
#include "observe/redact.h"

using namespace flow::detail;

namespace {

struct FixedClock final : flow::Clock {
  flow::Timestamp now() const override { return *flow::parse_timestamp("2026-11-22T20:33:28.5Z"); }
  flow::SteadyTime steady() const override { return flow::SteadyTime{}; }
};

}  // namespace

TEST_CASE("secrets are recognised by name") {
  for (const char* name : {"Authorization", "x-api-key", "X_API_KEY", "Set-Cookie", "dbPassword",
                           "client_secret", "access-token"}) {
    CAPTURE(name);
    CHECK(is_secret_name(name));
  }
  for (const char* name : {"traceparent", "key", "author", "tenant", ""}) {
    CAPTURE(name);
    CHECK_FALSE(is_secret_name(name));
  }
}

TEST_CASE("passwords in URLs are taken out") {
  CHECK(without_passwords("postgres://app:s3cret@db:5432/x") == "postgres://app:***@db:5432/x");
  CHECK(without_passwords("a://u:p@h and b://v:q@i") == "a://u:***@h and b://v:***@i");
  CHECK(without_passwords("a://u:p@ss@h/") == "a://u:***@h/");
  CHECK(without_passwords("https://host:8080/a@b:c") == "https://host:8080/a@b:c");
  CHECK(without_passwords("flow.db") == "flow.db");
  CHECK(without_passwords("") == "");
}

TEST_CASE("bytes from the wire cannot steer a terminal") {
  CHECK(printable("a\x1b[2Jb") == "a\\x1b[2Jb");
  CHECK(printable("tab\tline\nbell\a") == "tab\\tline\\nbell\\x07");
  CHECK(printable("grün ✓ 😀") == "grün ✓ 😀");
  CHECK(printable("\xff\xc0\x80\xed\xa0\x80") == "\\xff\\xc0\\x80\\xed\\xa0\\x80");
  CHECK(printable("\xc2\x9b"
                  "2J") == "\\xc2\\x9b2J");
  CHECK(printable("cut \xe2\x9c") == "cut \\xe2\\x9c");
  CHECK(printable_lines("a\nb\x1b") == "a\nb\\x1b");
}

TEST_CASE("a log line is one line, with its secrets out") {
  FixedClock clock;
  std::string written;
  LogWriter log{clock, LogFormat::text, LogLevel::info,
                [&](std::string_view line) { written += line; }};
  log.write(LogLevel::warning, "store\npg://a:b@c failed",
            {{"endpoint", "a.b"}, {"token", "xyz"}, {"why", "x y"}});
  log.write(LogLevel::debug, "not written");
  CHECK(written ==
        "2026-11-22T20:33:28.5Z warning store\\npg://a:***@c failed endpoint=a.b token=*** why=\"x "
        "y\"\n");
  CHECK(log.suppressed() == 1);
}

TEST_CASE("a JSON log line parses, whatever is in it") {
  FixedClock clock;
  std::string written;
  LogWriter log{clock, LogFormat::json, LogLevel::info,
                [&](std::string_view line) { written += line; }};
  log.write(LogLevel::error, "quote \" back \\ line\n bad \xff esc \x1b",
            {{"password", "p"}, {"n", "1"}});
  const auto json = nlohmann::json::parse(written);
  CHECK(json["at"] == "2026-11-22T20:33:28.5Z");
  CHECK(json["level"] == "error");
  CHECK(json["text"] == "quote \" back \\ line\n bad \\xff esc \\x1b");
  CHECK(json["password"] == "***");
  CHECK(json["n"] == "1");
  CHECK(written.find('\n') == written.size() - 1);
}

TEST_CASE("names, values and texts of any length make a line of bounded length") {
  FixedClock clock;
  for (const LogFormat format : {LogFormat::text, LogFormat::json}) {
    std::string written;
    LogWriter log{clock, format, LogLevel::info, [&](std::string_view line) { written += line; }};
    const std::string name = std::string(flow::limits::kLogNameBytesMax + 1, 'n');
    const std::string text = std::string(flow::limits::kLogTextBytesMax + 1, 't');
    log.write(LogLevel::info, text, {{name, text}, {"a\nb\xff", "x"}});
    CHECK(written.find(name.substr(4) + "...") != std::string::npos);
    CHECK(written.find(name.substr(3)) == std::string::npos);
    CHECK(written.find(text.substr(4) + "...") != std::string::npos);
    CHECK(written.find(text.substr(3)) == std::string::npos);
    CHECK(written.find('\n') == written.size() - 1);
  }
}

TEST_CASE("lines of several threads do not mix") {
  FixedClock clock;
  std::string written;
  LogWriter log{clock, LogFormat::text, LogLevel::info,
                [&](std::string_view line) { written += line; }};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 200; ++n) log.write(LogLevel::info, "xxxxxxxxxxxxxxxx");
      });
    }
  }
  std::istringstream lines{written};
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    CHECK(line == "2026-11-22T20:33:28.5Z info xxxxxxxxxxxxxxxx");
    ++count;
  }
  CHECK(count == 800);
}

TEST_CASE("metrics in the Prometheus text format") {
  flow::EndpointStats endpoint;
  endpoint.endpoint = "mail.\"send\"";
  endpoint.channel = "mail";
  endpoint.handled = 7;
  endpoint.p99_ms = 12.5;
  flow::ChannelStats channel;
  channel.channel = "mail";
  channel.depth = 3;
  channel.delayed = 9;
  channel.oldest_age_s = 1.5;
  const std::string text = metrics_text("shop", std::vector{endpoint}, std::vector{channel});
  CHECK(text.find("# TYPE flow_handled_total counter\n"
                  "flow_handled_total{service=\"shop\",endpoint=\"mail.\\\"send\\\"\",channel="
                  "\"mail\"} 7\n") != std::string::npos);
  CHECK(text.find("channel=\"mail\",quantile=\"0.99\"} 0.0125\n") != std::string::npos);
  CHECK(text.find("flow_channel_delayed{service=\"shop\",channel=\"mail\"} 9\n") !=
        std::string::npos);
  CHECK(text.find("flow_channel_depth{service=\"shop\",channel=\"mail\"} 3\n") !=
        std::string::npos);
  CHECK(text.find("flow_channel_oldest_seconds{service=\"shop\",channel=\"mail\"} 1.5\n") !=
        std::string::npos);
  CHECK(text.back() == '\n');
}

TEST_CASE("a file is replaced in one step, and a failure leaves the old one") {
  namespace fs = std::filesystem;
  std::string name = (fs::temp_directory_path() / "flow-observe-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  const fs::path directory = name;
  const std::string path = (directory / "metrics.prom").string();
  REQUIRE(replace_file(path, "one").ok());
  REQUIRE(replace_file(path, "two").ok());
  std::ifstream in{path};
  CHECK(std::string{std::istreambuf_iterator<char>{in}, {}} == "two");
  CHECK_FALSE(fs::exists(path + ".next"));
  const auto failed = replace_file((directory / "none" / "x").string(), "three");
  REQUIRE_FALSE(failed.ok());
  CHECK(failed.error().code == "file_write");
  CHECK(failed.error().text.find("No such file") != std::string::npos);
  fs::remove_all(directory);
}
