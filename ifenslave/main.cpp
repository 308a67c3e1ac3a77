// ifenslave: puts interfaces into a bond and takes them out, as scripts have known it since 2000.
#include "had/sys/fd.hpp"
#include "ifenslave/linux_machine.hpp"
#include "ifenslave/run.hpp"

#include <exception>
#include <iostream>
#include <optional>

using namespace had::ifenslave;

int main(int argc, char** argv) try {
    had::sys::hold_standard_files();
    std::optional<LinuxMachine> machine;
    const auto open = [&]() -> Machine& { return machine.emplace(); };
    const int exit = run(parse(argc, argv), open, std::cout, std::cerr);
    std::cout.flush();
    if (std::cout) return exit;
    std::cerr << "ifenslave: cannot write the output\n";
    return 1;
} catch (const std::exception& error) {
    std::cerr << "ifenslave: " << error.what() << '\n';
    return 1;
}
