-- Requests of many visitors through one proxy, as browsers send them.
local sent = 0

request = function()
  sent = (sent + 1) % 500
  local headers = {
    ["Accept"] = "text/html",
    ["Accept-Encoding"] = "gzip",
    ["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0",
    ["X-Forwarded-For"] = "198.51." .. math.floor(sent / 250) .. "." .. (sent % 250 + 1)
  }
  return wrk.format("GET", nil, headers)
end
