#include <doctest/doctest.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "emit/strict_template.h"
#include "emit/templates.h"

using flowc::StrictTemplate;
using flowc::TemplateError;
using nlohmann::ordered_json;

namespace {

std::string render(const std::string& text, const ordered_json& view) {
  return StrictTemplate{"t", text}.render(view);
}

}  // namespace

TEST_CASE("text is printed as it is, without escaping") {
  CHECK(render("a {{x}} b", {{"x", "<&\"'>"}}) == "a <&\"'> b");
}

TEST_CASE("a section's tags alone on a line leave no line") {
  CHECK(render("a\n{{#on}}\nb\n{{/on}}\nc\n", {{"on", true}}) == "a\nb\nc\n");
  CHECK(render("a\n{{#on}}\nb\n{{/on}}\nc\n", {{"on", false}}) == "a\nc\n");
  CHECK(render("{{#on}}\n\n{{/on}}\nc\n", {{"on", true}}) == "\nc\n");
  CHECK(render("{{#l}}\n{{.}};\n{{/l}}\n", {{"l", {"x", "y"}}}) == "x;\ny;\n");
  CHECK(render("{{^l}}\nnone\n{{/l}}\n", {{"l", ordered_json::array()}}) == "none\n");
}

TEST_CASE("a name the view does not have is an error with its line") {
  CHECK_THROWS_WITH_AS(render("a\nb {{missing}}\n", {{"x", "y"}}),
                       "t:2: `missing`: the view has no such name", TemplateError);
  CHECK_THROWS_AS(render("{{#missing}}{{/missing}}", ordered_json::object()), TemplateError);
  CHECK_THROWS_AS(render("{{^missing}}{{/missing}}", ordered_json::object()), TemplateError);
}

TEST_CASE("a text is no condition, and a condition no text") {
  CHECK_THROWS_AS(render("{{#x}}{{/x}}", {{"x", "text"}}), TemplateError);
  CHECK_THROWS_AS(render("{{x}}", {{"x", true}}), TemplateError);
  CHECK_THROWS_AS(render("{{x}}", {{"x", ordered_json::array()}}), TemplateError);
}

TEST_CASE("a text that is no template is an error") {
  CHECK_THROWS_AS(StrictTemplate("t", "{{#open}}"), TemplateError);
}

TEST_CASE("every embedded template parses and is short") {
  CHECK(flowc::template_texts().size() >= 10);
  for (const flowc::TemplateText& text : flowc::template_texts()) {
    CAPTURE(text.name);
    CHECK_NOTHROW(StrictTemplate(std::string{text.name}, text.text));
    CHECK(std::count(text.text.begin(), text.text.end(), '\n') <= 120);
  }
}
