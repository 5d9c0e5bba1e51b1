# cmake -DROOT=<templates/> -DFILES=<names,…> -DOUTPUT=<file.cc> -P embed_templates.cmake
# Writes a C++ file that holds the templates as text, so that flowc is one file.
string(REPLACE "," ";" names "${FILES}")
list(SORT names)
set(entries "")
foreach(name IN LISTS names)
  file(READ "${ROOT}/${name}" text)
  string(APPEND entries "    TemplateText{\"${name}\", R\"__flow(${text})__flow\"},\n")
endforeach()
list(LENGTH names count)
file(WRITE "${OUTPUT}"
"#include \"emit/templates.h\"

#include <array>

namespace flowc {

namespace {

constexpr std::array<TemplateText, ${count}> kTemplates = {
${entries}};

}  // namespace

std::span<const TemplateText> template_texts() { return kTemplates; }

}  // namespace flowc
")
