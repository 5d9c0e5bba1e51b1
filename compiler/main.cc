#include <llvm/Support/InitLLVM.h>
#include <llvm/Support/Process.h>
#include <llvm/Support/raw_ostream.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>
#include <system_error>

#include <unistd.h>

#include "base/file_system.h"
#include "commands/command.h"

namespace {

// 70 is EX_SOFTWARE: whoever runs flowc can tell its bugs from mistakes in their files. No
// allocation here: the crash may have been in the allocator.
extern "C" void on_crash(int) {
  constexpr std::string_view kText =
      "flowc: a bug in flowc; please report it with the files that show it\n";
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kText.data(), kText.size());
  _exit(static_cast<int>(flowc::ExitCode::bug));
}

void catch_crashes() {
  struct sigaction action = {};
  action.sa_handler = on_crash;
  action.sa_flags = SA_ONSTACK;  // the stack itself may have run out; InitLLVM made another
  for (const int signal : {SIGABRT, SIGSEGV, SIGBUS, SIGILL, SIGFPE})
    sigaction(signal, &action, nullptr);
}

// Run at exit, because LLVM leaves by exit() after --help. It would take output that cannot be
// written for a bug.
void finish_output() {
  llvm::outs().flush();
  const std::error_code failure = llvm::outs().error();
  llvm::outs().clear_error();
  if (failure) {
    llvm::errs() << "flowc: cannot write to standard output: " << failure.message() << '\n';
  }
  llvm::errs().clear_error();  // nobody is left to tell
  if (failure) _exit(static_cast<int>(flowc::ExitCode::errors));
}

}  // namespace

int main(int argc, char** argv) {
  // A reader that goes away ends flowc as it ends other programs, by the signal.
  const llvm::InitLLVM init(argc, argv, false);
  catch_crashes();
  llvm::outs();
  llvm::errs();
  std::atexit(finish_output);  // before these two are gone
  const flowc::RealFileSystem files;
  const char* no_colour = std::getenv("NO_COLOR");
  const bool colour =
      llvm::sys::Process::StandardErrHasColors() && (no_colour == nullptr || *no_colour == '\0');
  try {
    return flowc::run_flowc(argc, argv, {files, llvm::outs(), llvm::errs(), colour});
  } catch (const std::exception& error) {
    llvm::errs() << "flowc: a bug in flowc: " << error.what() << '\n';
    return static_cast<int>(flowc::ExitCode::bug);
  }
}
