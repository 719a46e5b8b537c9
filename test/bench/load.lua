-- What wrk asks of a server: wrk -s load.lua URL -- LOAD BASE AUTHORIZATION RUN
--   LOAD  one of `loads` below
--   BASE  the path of the collection that the bench prepared, with slashes around it
--   RUN   makes the names of this run its own
-- Prints one line of JSON at the end.

local SMALL_FILES = 1000
local RANGE_BYTES = 64 * 1024
local LARGE_FILE_BYTES = 1024 * 1024 * 1024
local CONTENT = string.rep("0123456789abcdef", 4096 / 16)
local LIST = '<?xml version="1.0" encoding="utf-8"?><propfind xmlns="DAV:"><prop><resourcetype/><getcontentlength/>'
  .. "<getlastmodified/><getetag/></prop></propfind>"
local LOCK = '<?xml version="1.0" encoding="utf-8"?><lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope>'
  .. "<locktype><write/></locktype><owner>bench</owner></lockinfo>"

local threads = 0

function setup(thread)
  threads = threads + 1
  thread:set("thread", threads)
end

local base, authorization, run
local written = 0

local function build(method, path, headers, body)
  headers = headers or {}
  headers["Authorization"] = authorization
  return wrk.format(method, base .. path, headers, body)
end

local function put(folder)
  written = written + 1
  return build("PUT", folder .. "/" .. run .. "-" .. thread .. "-" .. written, {}, CONTENT)
end

local function propfind(path, depth)
  return build("PROPFIND", path, { ["Depth"] = depth, ["Content-Type"] = "application/xml" }, LIST)
end

local function getters()
  local gets = {}
  for index = 0, SMALL_FILES - 1 do
    gets[index + 1] = build("GET", string.format("list-1000/entry-%05d.txt", index))
  end
  return gets
end

local function always(request)
  return function()
    return request
  end
end

-- One connection a thread: a thread knows its own answers only.
local function lockAndUnlock()
  local file = "locks/" .. run .. "-" .. thread
  local lock = build("LOCK", file, { ["Content-Type"] = "application/xml", ["Timeout"] = "Second-600" }, LOCK)
  local token
  function response(status, headers)
    local isLocked = token == nil and status < 300
    token = nil
    if isLocked then
      for name, value in pairs(headers) do
        if name:lower() == "lock-token" then
          token = value
        end
      end
    end
  end
  return function()
    if token then
      return build("UNLOCK", file, { ["Lock-Token"] = token })
    end
    return lock
  end
end

local loads = {
  ["put"] = function()
    return function()
      return put("new")
    end
  end,
  ["get"] = function()
    local gets = getters()
    return function()
      return gets[math.random(#gets)]
    end
  end,
  ["ranges"] = function()
    return function()
      local first = math.random(0, LARGE_FILE_BYTES / RANGE_BYTES - 1) * RANGE_BYTES
      return build("GET", "large.bin", { ["Range"] = "bytes=" .. first .. "-" .. first + RANGE_BYTES - 1 })
    end
  end,
  ["propfind-0"] = function()
    return always(propfind("list-1000/entry-00500.txt", "0"))
  end,
  ["propfind-100"] = function()
    return always(propfind("list-100/", "1"))
  end,
  ["propfind-1000"] = function()
    return always(propfind("list-1000/", "1"))
  end,
  ["propfind-10000"] = function()
    return always(propfind("list-10000/", "1"))
  end,
  ["lock"] = lockAndUnlock,
  ["mixed"] = function()
    local gets = getters()
    local list = propfind("list-100/", "1")
    return function()
      local dice = math.random(10)
      if dice == 1 then
        return put("new")
      end
      return dice == 2 and list or gets[math.random(#gets)]
    end
  end,
}

function init(args)
  base, authorization, run = args[2], args[3], args[4]
  math.randomseed(thread)
  request = loads[args[1]]()
end

function done(summary, latency)
  local errors = summary.errors
  local failed = errors.connect + errors.read + errors.write + errors.timeout + errors.status
  io.write(
    string.format(
      '\n{"requests":%d,"micros":%d,"bytes":%d,"failed":%d,"medianMicros":%d}\n',
      summary.requests,
      summary.duration,
      summary.bytes,
      failed,
      latency:percentile(50)
    )
  )
end
