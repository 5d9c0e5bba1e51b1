# run(<command>…): its output is in `output`; the test fails when it does.
macro(run)
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  if(NOT code EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nexited ${code}:\n${output}${errors}")
  endif()
endmacro()
