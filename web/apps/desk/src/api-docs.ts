/** The page behind `/api/docs`: shows the server's own `openapi.json`. */
import "swagger-ui-dist/swagger-ui.css";
import SwaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";

SwaggerUi({ url: "/openapi.json", dom_id: "#api-docs", deepLinking: true, validatorUrl: null });
