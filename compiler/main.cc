#include <llvm/Support/InitLLVM.h>
#include <llvm/Support/Process.h>
#include <llvm/Support/raw_ostream.h>

#include <csignal>
#include <cstdlib>
#include <exception>
#include <string_view>

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

}  // namespace

int main(int argc, char** argv) {
  const llvm::InitLLVM init(argc, argv);
  catch_crashes();
  const flowc::RealFileSystem files;
  const bool colour =
      llvm::sys::Process::StandardErrHasColors() && std::getenv("NO_COLOR") == nullptr;
  try {
    return flowc::run_flowc(argc, argv, {files, llvm::outs(), llvm::errs(), colour});
  } catch (const std::exception& error) {
    llvm::errs() << "flowc: a bug in flowc: " << error.what() << '\n';
    return static_cast<int>(flowc::ExitCode::bug);
  }
}
