// Where the processes of services live: as children of the daemon (service_children.hpp), or as units of systemd
// (service_units.hpp).
#pragma once

#include "had/core/service/runner.hpp"
#include "had/sys/service_record.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace had::sys {

// What has become of a service that a daemon before this one has started.
enum class Adoption : std::uint8_t {
    gone,                                     // nothing of it is there
    ending,                                   // only the rest of it is, which is being ended; then its end is told
    asked,                                    // it is asked whether it runs; ServiceSeen or its end is told
    runs,
};

class ServiceHost {
public:
    using Heard = std::function<void(const core::ServiceEvent&)>;
    using Log = std::function<void(const std::string&)>;      // what the daemon can do nothing about
    using Keep = std::function<void(const ServiceRecord&)>;   // writes it down, or throws

    virtual ~ServiceHost() = default;

    [[nodiscard]] virtual bool has(const core::ServiceKey& key) const = 0;
    // Throws std::exception.
    virtual Adoption adopt(const core::ServiceKey& key, const ServiceRecord& record) = 0;
    // Calls `keep` before the program is executed.  The process id; 0: it is told later.  Throws std::exception, and
    // then nothing of it is there.
    virtual int start(const core::Launch& launch, const Keep& keep) = 0;
    // One that it has; its end is told.  Throws std::bad_alloc.
    virtual void stop(const core::ServiceKey& key, bool kill) = 0;
    // Throws std::exception.
    virtual void run(const core::Helper& helper, const std::vector<std::string>& words, core::Duration limit) = 0;
    // Is told of like any other end.
    virtual void end(const core::Helper& helper) = 0;
};

} // namespace had::sys
