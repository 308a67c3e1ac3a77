#include "had/core/world/link.hpp"

namespace had::core {

std::string_view to_string(MiiStatus status) {
    switch (status) {
    case MiiStatus::up: return "up";
    case MiiStatus::fail: return "fail";
    case MiiStatus::down: return "down";
    case MiiStatus::back: return "back";
    }
    return "unknown";                          // a number that this kernel has and we do not know
}

} // namespace had::core
