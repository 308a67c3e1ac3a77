#include "had/host.hpp"

#include "had/sys/file.hpp"

#include <fmt/format.h>
#include <random>
#include <system_error>

namespace had {

std::string machine_id() {
    try {
        std::string id = sys::read_file_if_there("/etc/machine-id").value_or("");
        while (!id.empty() && id.back() == '\n') id.pop_back();
        return id;
    } catch (const std::system_error&) {
        return "";
    }
}

std::string new_instance() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}", random(), random());
}

} // namespace had
