#include "had/sys/start_pages.hpp"

#include "had/core/base/number.hpp"

#include <sys/mman.h>

#include <cstdint>
#include <exception>
#include <fstream>
#include <sstream>
#include <string>

namespace had::sys {

// Text alone: what was written to, as relocations are, would come back as it is in the file.
void drop_start_pages() try {
    std::ifstream maps("/proc/self/maps");
    for (std::string line; std::getline(maps, line);) {
        std::istringstream words(line);
        std::string range, may, offset, device, inode;
        words >> range >> may >> offset >> device >> inode;
        if (may != "r-xp" || inode == "0") continue;
        const std::size_t dash = range.find('-');
        const auto first = core::number<std::uintptr_t>(range.substr(0, dash), 16);
        const auto last = core::number<std::uintptr_t>(range.substr(dash + 1), 16);
        if (first && last && *first < *last)
            ::madvise(reinterpret_cast<void*>(*first), *last - *first, MADV_DONTNEED);
    }
} catch (const std::exception&) {
    // Without memory to read that list nothing is dropped.
}

} // namespace had::sys
