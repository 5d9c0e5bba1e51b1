# flow_generate(<target> FLOW <file.flow> [SERVICE <name>])
# Generates the C++ of a .flow file and of the files it imports when the target is built, compiles it into the target, and
# links the runtime. The target's sources include "<file>.flow.h". SERVICE picks one where the file declares several.
# Available in this repository's own build, and through find_package(flow).
cmake_policy(PUSH)
cmake_policy(VERSION 3.25)

# The files that `file` imports, directly or not, as absolute paths. flowc reads them itself: this only foresees which files
# it will write, and a change of an import configures again.
function(_flow_imports file known)
  set(found ${${known}})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  file(READ ${file} text)
  string(REGEX REPLACE "//[^\n]*" "" text "${text}")
  string(REGEX MATCHALL "(^|[ \t\r\n])import[ \t\r\n]+\"[^\"\n;]+\"" imports "${text}")
  cmake_path(GET file PARENT_PATH directory)
  foreach(import IN LISTS imports)
    string(REGEX REPLACE "^[^\"]*\"([^\"]+)\"$" "\\1" path "${import}")
    cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${directory} NORMALIZE)
    if(NOT path IN_LIST found AND EXISTS ${path})
      list(APPEND found ${path})
      _flow_imports(${path} found)
    endif()
  endforeach()
  set(${known} ${found} PARENT_SCOPE)
endfunction()

function(flow_generate target)
  cmake_parse_arguments(ARG "" "FLOW;SERVICE" "" ${ARGN})
  if(NOT ARG_FLOW OR ARG_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "flow_generate(<target> FLOW <file.flow> [SERVICE <name>]): got \"${ARGN}\"")
  endif()
  if(NOT TARGET flow::flowc)
    message(FATAL_ERROR "flow_generate needs the compiler flowc, and this flow has none: build it with FLOW_COMPILER=ON")
  endif()
  cmake_path(ABSOLUTE_PATH ARG_FLOW BASE_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR} NORMALIZE OUTPUT_VARIABLE main)
  if(NOT EXISTS ${main})
    message(FATAL_ERROR "flow_generate: ${main} does not exist")
  endif()

  set(sources ${main})
  _flow_imports(${main} sources)
  cmake_path(GET main PARENT_PATH directory)
  cmake_path(GET main STEM LAST_ONLY base)
  set(generated ${CMAKE_CURRENT_BINARY_DIR}/${target}.flow.d)
  set(outputs "")
  foreach(source IN LISTS sources)
    file(RELATIVE_PATH stem ${directory} ${source})
    string(REPLACE "../" "__/" stem ${stem})        # as flowc does: outputs stay in their directory
    string(REGEX REPLACE "\\.flow$" "" stem ${stem})
    list(APPEND outputs ${generated}/${stem}.flow_fwd.h ${generated}/${stem}.flow.h ${generated}/${stem}.flow.cc)
  endforeach()

  set(options --out ${generated} --depfile ${generated}/${base}.d)
  if(ARG_SERVICE)
    list(APPEND options --service ${ARG_SERVICE})
  endif()
  add_custom_command(OUTPUT ${outputs}
                     COMMAND flow::flowc build ${main} ${options}
                     DEPENDS flow::flowc ${sources}
                     DEPFILE ${generated}/${base}.d
                     COMMENT "Generating C++ from ${ARG_FLOW}" VERBATIM)

  target_sources(${target} PRIVATE ${outputs})
  get_target_property(type ${target} TYPE)
  set(visibility PUBLIC)
  if(type STREQUAL EXECUTABLE)
    set(visibility PRIVATE)
  endif()
  target_include_directories(${target} ${visibility} $<BUILD_INTERFACE:${generated}>)
  # The stores are static libraries: one that no deployment names is not pulled in.
  target_link_libraries(${target} ${visibility} flow::cli flow::sqlite flow::memory)
endfunction()

cmake_policy(POP)
