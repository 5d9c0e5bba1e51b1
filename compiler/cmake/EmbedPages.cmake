# cmake -DPAGES=<directory> -DOUTPUT=<file.cc> -P EmbedPages.cmake
# Writes catalog_page(): the pages FLnnnn.md of a directory as string literals.
file(GLOB pages ${PAGES}/FL*.md)
list(SORT pages)
set(text "#include \"diagnostics/catalog.h\"\n\nnamespace flowc {\n\n")
string(APPEND text "std::string_view catalog_page(unsigned id) {\n  switch (id) {\n")
foreach(page IN LISTS pages)
  get_filename_component(name ${page} NAME_WE)
  string(REGEX REPLACE "^FL0*" "" id ${name})
  # As bytes: file(READ) would take `;` and `[` of a page for its own.
  file(READ ${page} bytes HEX)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" bytes "${bytes}")
  string(APPEND text "    case ${id}:\n      return \"${bytes}\";\n")
endforeach()
string(APPEND text "    default:\n      return {};\n  }\n}\n\n}  // namespace flowc\n")
file(WRITE ${OUTPUT} "${text}")
