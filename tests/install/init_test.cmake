# Installs the build, makes the project NAME with the installed flowc, and does with it what its README says.
cmake_minimum_required(VERSION 3.25)
include(${CMAKE_CURRENT_LIST_DIR}/run.cmake)
file(REMOVE_RECURSE ${WORK})
run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${WORK}/install)
set(flowc ${WORK}/install/bin/flowc)
set(project ${WORK}/${NAME})

run(${flowc} init ${project})
run(${flowc} check --werror ${project}/${NAME}.flow)
run(${flowc} fmt --check ${project}/${NAME}.flow)

# The same again, byte for byte; and never over what is there.
run(${flowc} init ${WORK}/again --name ${NAME})
file(GLOB_RECURSE files RELATIVE ${project} ${project}/* ${project}/.*)
list(LENGTH files count)
if(count LESS 15)
  message(FATAL_ERROR "the project has but these files: ${files}")
endif()
foreach(file IN LISTS files)
  run(${CMAKE_COMMAND} -E compare_files ${project}/${file} ${WORK}/again/${file})
endforeach()
file(APPEND ${project}/README.md "Ours.\n")
execute_process(COMMAND ${flowc} init ${project} RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE errors)
file(READ ${project}/README.md readme)
if(NOT code EQUAL 1 OR NOT errors MATCHES "nothing was written.*README.md" OR NOT readme MATCHES "Ours")
  message(FATAL_ERROR "a second init into ${project} exited ${code}: ${errors}")
endif()

set(in_project ${CMAKE_COMMAND} -E chdir ${project})
run(${in_project} ${CMAKE_COMMAND} --preset dev -DCMAKE_PREFIX_PATH=${WORK}/install -DCMAKE_CXX_COMPILER=${COMPILER}
    "-DCMAKE_CXX_FLAGS=-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror")
run(${in_project} ${CMAKE_COMMAND} --build --preset dev)
run(${in_project} ${CMAKE_CTEST_COMMAND} --preset dev)
if(NOT output MATCHES "100% tests passed, 0 tests failed out of 1")
  message(FATAL_ERROR "the project's own test: ${output}")
endif()

# Its README's order, sent while nobody runs, is kept and then handled.
set(program ${project}/.build/dev/${NAME})
string(REGEX MATCH "[^\n]+ send PlaceOrder [^\n]+" line "${readme}")
execute_process(COMMAND sh -c "${line}" WORKING_DIRECTORY ${project} RESULT_VARIABLE code OUTPUT_QUIET ERROR_VARIABLE errors)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the README's ${line}\nexited ${code}: ${errors}")
endif()
run(${in_project} ${program} channels)
if(NOT output MATCHES "orders +1 ")
  message(FATAL_ERROR "an order was sent, and channels shows:\n${output}")
endif()
# `run` goes on until it is told to end: here by the lead, the last thing that is written.
execute_process(COMMAND sh -c "\"$0\" run & running=$!
                               until [ -n \"$(find leads -name '*.txt' 2>/dev/null)\" ]; do
                                 kill -0 $running 2>/dev/null || exit 1
                                 sleep 0.05
                               done
                               kill -TERM $running && wait $running" ${program}
                WORKING_DIRECTORY ${project} TIMEOUT 60 RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
if(NOT code EQUAL 0)
  message(FATAL_ERROR "the project's program exited ${code}:\n${output}${errors}")
endif()
