# How this repository declares its own targets. One function a kind, so that every module has the same
# warnings, the same sanitizers, and exactly the dependencies it is allowed.

set(FLOW_WARNINGS -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast)

# Warnings and sanitizers for a target of ours.
function(flow_compile_options target)
  target_compile_options(${target} PRIVATE ${FLOW_WARNINGS})
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(${target} PRIVATE -Wno-restrict)   # GCC PR105651: false alarms on std::string
  endif()
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND FLOW_SANITIZE)
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)   # false alarms in instrumented code
  endif()
  if(FLOW_WERROR)
    target_compile_options(${target} PRIVATE -Werror)
  endif()
  if(FLOW_SANITIZE)
    target_compile_options(${target} PRIVATE -fsanitize=${FLOW_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
    target_link_options(${target} PUBLIC -fsanitize=${FLOW_SANITIZE})
  endif()
endfunction()

# flow_module(<target> DIRECTORY <dir> INCLUDE <root> [DEPENDS <targets>] [LIBRARIES <third party>])
# A static library of every .cc in DIRECTORY (not below it). DEPENDS are the modules it may include, and are
# the whole of what it links: the layers of tests/tidy read the same list.
function(flow_module target)
  cmake_parse_arguments(ARG "" "DIRECTORY;INCLUDE" "DEPENDS;LIBRARIES" ${ARGN})
  file(GLOB sources CONFIGURE_DEPENDS ${ARG_DIRECTORY}/*.cc)
  if(sources)
    add_library(${target} STATIC ${sources})
    target_include_directories(${target} PUBLIC $<BUILD_INTERFACE:${ARG_INCLUDE}>)
    target_link_libraries(${target} PUBLIC ${ARG_DEPENDS} PRIVATE ${ARG_LIBRARIES})
    flow_compile_options(${target})
  else()
    add_library(${target} INTERFACE)
    target_include_directories(${target} INTERFACE $<BUILD_INTERFACE:${ARG_INCLUDE}>)
    target_link_libraries(${target} INTERFACE ${ARG_DEPENDS})
  endif()
endfunction()

# flow_test(<name> SOURCES <files> LINK <targets> [LABELS <labels>] [TIMEOUT <seconds>])
# One doctest binary; its main is compiled once, in tests/support.
function(flow_test name)
  cmake_parse_arguments(ARG "" "TIMEOUT" "SOURCES;LINK;LABELS" ${ARGN})
  if(NOT ARG_TIMEOUT)
    set(ARG_TIMEOUT 120)
  endif()
  add_executable(${name} ${ARG_SOURCES})
  target_link_libraries(${name} PRIVATE flow_test_support ${ARG_LINK})
  flow_compile_options(${name})
  if(FLOW_SANITIZE)
    target_compile_options(${name} PRIVATE -O0)   # half the time of a build is the tests, and they run once
    target_compile_definitions(${name} PRIVATE FLOW_SANITIZED)   # limits of time are wider there
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${ARG_LABELS}" TIMEOUT ${ARG_TIMEOUT})
endfunction()
