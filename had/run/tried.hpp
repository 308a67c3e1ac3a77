// A call to an edge, made so that nothing leaves it but a result.
#pragma once

#include "had/core/action/action.hpp"

#include <cerrno>
#include <cstring>
#include <exception>
#include <new>
#include <system_error>

namespace had {

// An edge that throws, for want of memory say, has failed like one that says so.
template <class Call>
core::ActionResult tried(Call call) try {
    return call();
} catch (const std::system_error& e) {
    return {e.code().value(), e.what()};
} catch (const std::bad_alloc&) {
    return {ENOMEM, std::strerror(ENOMEM)};
} catch (const std::exception& e) {
    return {EIO, e.what()};
}

} // namespace had
